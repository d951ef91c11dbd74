"""When thumbnails are taken."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.plan.stills import still_times


def times(duration: float | Fraction, **wanted: Any) -> list[float]:
    return [float(time) for time in still_times(Fraction(duration), **wanted)]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [240]),
        ({"number": 1}, [240]),
        ({"number": 3}, [120, 240, 360]),
        ({"number": 3, "at_first_frame": True}, [0, 160, 320]),
        ({"number": 1, "at_first_frame": True}, [0]),
        ({"interval": Fraction(120)}, [0, 120, 240, 360]),
        ({"interval": Fraction(500)}, [0]),
        ({"times": (Fraction(9), Fraction(3, 2), Fraction(9))}, [1.5, 9]),
        ({"times": (Fraction(0), Fraction(480), Fraction(999))}, [0]),
        ({"times": (Fraction(480),)}, []),
        ({"times": (Fraction(1),), "interval": Fraction(2), "number": 3}, [1]),
        ({"interval": Fraction(240), "number": 3}, [0, 240]),
    ],
)
def test_times_in_eight_minutes(wanted: dict[str, Any], expected: list[float]) -> None:
    assert times(480, **wanted) == expected


@pytest.mark.parametrize(
    "wanted",
    [
        {"number": 5000},
        {"number": 5000, "at_first_frame": True},
        {"interval": Fraction(1, 10)},
        {"times": tuple(Fraction(n) for n in range(300))},
    ],
)
def test_capture_stops_at_a_hundred(wanted: dict[str, Any]) -> None:
    assert len(times(480, **wanted)) == 100


def test_a_hundred_at_most_are_still_evenly_spaced() -> None:
    assert times(101, number=5000) == [float(n) for n in range(1, 101)]


@given(
    st.fractions(Fraction(1, 25), 86400),
    st.none() | st.integers(1, 100_000),
    st.none() | st.fractions(Fraction(1, 1000), 86400),
    st.lists(st.fractions(0, 86400), max_size=5),
    st.booleans(),
)
def test_pictures_are_taken_within_the_film_in_order(
    duration: Fraction, number: int | None, interval: Fraction | None, moments: list[Fraction], first: bool
) -> None:
    made = still_times(duration, number=number, interval=interval, times=moments, at_first_frame=first)
    assert list(made) == sorted(set(made))
    assert len(made) <= 100
    assert all(0 <= time < duration for time in made)
    assert made or moments
