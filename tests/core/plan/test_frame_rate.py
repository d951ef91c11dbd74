"""Frame rates as exact rationals, and timescales in which frames last whole ticks."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.plan.frame_rate import exact_rate, output_rate, track_timescale


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (23.976, Fraction(24000, 1001)),
        (23.98, Fraction(24000, 1001)),
        (24, Fraction(24)),
        (25, Fraction(25)),
        (29.97, Fraction(30000, 1001)),
        (30, Fraction(30)),
        (47.952, Fraction(48000, 1001)),
        (59.94, Fraction(60000, 1001)),
        (119.88, Fraction(120000, 1001)),
        (12.5, Fraction(25, 2)),
        (10, Fraction(10)),
        (14.985, Fraction(14985, 1000)),
        (0.001, Fraction(1, 1000)),
    ],
)
def test_a_decimal_means_an_exact_rate(said: float, meant: Fraction) -> None:
    assert exact_rate(said) == meant
    assert exact_rate(Fraction(str(said))) == meant
    assert exact_rate(meant) == meant


@pytest.mark.parametrize(
    ("source", "rate", "most", "expected"),
    [
        (Fraction(25), None, None, Fraction(25)),
        (Fraction(25), Fraction("29.97"), None, Fraction(30000, 1001)),
        (Fraction(50), None, Fraction(30), Fraction(30)),
        (Fraction(25), None, Fraction(30), Fraction(25)),
        (Fraction(30000, 1001), None, Fraction("29.97"), Fraction(30000, 1001)),
        (Fraction(25), Fraction(50), Fraction(30), Fraction(50)),
    ],
)
def test_the_rate_asked_for_wins_and_a_maximum_only_lowers(
    source: Fraction, rate: Fraction | None, most: Fraction | None, expected: Fraction
) -> None:
    assert output_rate(source, rate, most) == expected


@pytest.mark.parametrize(
    ("rate", "timescale"),
    [(Fraction(30000, 1001), 30000), (Fraction(25), 12800), (Fraction(10), 10240), (Fraction(25, 2), 12800)],
)
def test_usual_timescales(rate: Fraction, timescale: int) -> None:
    assert track_timescale(rate) == timescale


@given(st.fractions(Fraction(1, 1000), 300, max_denominator=1001))
def test_a_frame_lasts_whole_ticks_and_a_tick_is_short(rate: Fraction) -> None:
    timescale = track_timescale(rate)
    assert (timescale / rate).denominator == 1
    assert 10_000 <= timescale < 2**31


@given(st.fractions(Fraction(1, 1000), 300))
def test_any_rate_becomes_a_near_one(rate: Fraction) -> None:
    exact = exact_rate(rate)
    assert exact > 0
    assert abs(exact - rate) <= max(rate / 4000, Fraction(1, 1000))
