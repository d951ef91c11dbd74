"""Frame rates from timestamps."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.probe.snap import STANDARD_RATES, Window, settle, snap

MILLISECONDS = Fraction(1, 1000)
FILM, VIDEO = Fraction(24000, 1001), Fraction(30000, 1001)


def window(rate: Fraction, count: int, tick: Fraction = Fraction(1, 90000), start: int = 0) -> Window:
    return Window([start + round(place / rate / tick) for place in range(count)], tick)


@pytest.mark.parametrize(
    ("measured", "meant"),
    [
        (Fraction(2997, 100), VIDEO),
        (Fraction("23.98"), FILM),
        (Fraction("23.976"), FILM),
        (Fraction("24.001"), Fraction(24)),
        (Fraction("59.94"), Fraction(60000, 1001)),
        (Fraction("25.0001"), Fraction(25)),
        (Fraction(27), Fraction(27)),
        (Fraction("21.3"), Fraction(213, 10)),
    ],
)
def test_snap_finds_the_rate_that_is_meant(measured: Fraction, meant: Fraction) -> None:
    assert snap(measured) == meant


@given(rate=st.sampled_from(STANDARD_RATES), start=st.integers(0, 10**9))
def test_standard_rates_are_found_in_rounded_timestamps(rate: Fraction, start: int) -> None:
    assert settle([window(rate, 400, MILLISECONDS, start)], (), None) == (rate, True)


def test_stated_rate_decides_where_the_stretch_is_too_short() -> None:
    short = window(FILM, 12, MILLISECONDS)
    assert settle([short], (FILM,), None) == (FILM, True)
    assert settle([short], (Fraction(24),), None) == (Fraction(24), True)


def test_a_hole_makes_the_rate_variable_but_not_lower() -> None:
    times = [place * 3000 for place in (*range(210), *range(480, 720))]
    rate, constant = settle([Window(times, Fraction(1, 90000))], (), Fraction(451, 24))
    assert (rate, constant) == (30, False)


def test_average_near_a_standard_rate_means_that_rate() -> None:
    times = [place * 3003 + (place * 397 % 2000) for place in range(300)]
    rate, constant = settle([Window(times, Fraction(1, 90000))], (), Fraction("29.9"))
    assert (rate, constant) == (VIDEO, False)


def test_without_timestamps_the_stated_rate_counts() -> None:
    assert settle([], (None, Fraction(25)), None) == (25, True)
    assert settle([], (), None) == (25, True)
