"""Where keyframes go, and how long segments become, in frames."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.plan.keyframes import WantedKeyframes, decide_keyframes
from stepcoder.plan.rendition import Keyframes
from tests.core.plan.films import NTSC_30


def decided(
    rate: Fraction | int, segment_seconds: int | None = None, /, **wanted: Any
) -> tuple[int, bool, int | None, int | None]:
    """max_gop, fixed, forced_every, segment."""
    seconds = None if segment_seconds is None else Fraction(segment_seconds)
    keys, segment = decide_keyframes(WantedKeyframes(**wanted), Fraction(rate), seconds)
    return keys.max_gop, keys.fixed, keys.forced_every, segment


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, (250, False, None, None)),
        ({"interval": 50}, (50, False, None, None)),
        ({"rate": Fraction(1, 2)}, (50, False, None, None)),
        ({"rate": Fraction(1, 2), "interval": 30}, (30, False, None, None)),
        ({"rate": Fraction(100)}, (1, False, None, None)),
        ({"interval": 50, "fixed": True}, (50, True, None, None)),
        ({"fixed": True}, (250, True, None, None)),
        ({"forced_interval": 40}, (250, False, 40, None)),
        ({"forced_rate": Fraction(1, 4)}, (250, False, 100, None)),
        ({"forced_rate": Fraction(1, 4), "forced_interval": 10}, (250, False, 10, None)),
        ({"forced_interval": 40, "interval": 30, "fixed": True}, (40, True, 40, None)),
    ],
)
def test_one_file_at_25_frames(wanted: dict[str, Any], expected: tuple[int, bool, int | None, int | None]) -> None:
    assert decided(25, **wanted) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, (250, False, 250, 250)),
        ({"interval": 50}, (50, False, 250, 250)),
        ({"interval": 100, "fixed": True}, (100, True, None, 200)),
        ({"rate": Fraction(1, 2), "fixed": True}, (50, True, None, 250)),
        ({"interval": 400, "fixed": True}, (400, True, None, 400)),
        ({"forced_interval": 60}, (240, False, 60, 240)),
        ({"forced_interval": 400}, (250, False, 400, 400)),
        ({"forced_interval": 60, "fixed": True}, (60, True, 60, 240)),
    ],
)
def test_segments_of_ten_seconds_at_25_frames(
    wanted: dict[str, Any], expected: tuple[int, bool, int | None, int | None]
) -> None:
    assert decided(25, 10, **wanted) == expected


@pytest.mark.parametrize(
    ("rate", "seconds", "gop", "segment"),
    [(NTSC_30, 10, 150, 300), (Fraction(60000, 1001), 10, 200, 600), (Fraction(25), 6, 150, 150), (30, 60, 225, 1800)],
)
def test_fixed_gops_without_an_interval_divide_the_segment(
    rate: Fraction, seconds: int, gop: int, segment: int
) -> None:
    assert decided(rate, seconds, fixed=True) == (gop, True, None, segment)


def test_segments_count_whole_frames_of_an_odd_rate() -> None:
    assert decided(NTSC_30, 4) == (120, False, 120, 120)
    assert decided(Fraction(24000, 1001), 10) == (240, False, 240, 240)


FRAMES = st.none() | st.integers(1, 2000)
RATES = st.none() | st.fractions(Fraction(1, 1000), 100)


@given(
    st.builds(
        WantedKeyframes, interval=FRAMES, rate=RATES, forced_interval=FRAMES, forced_rate=RATES, fixed=st.booleans()
    ),
    st.sampled_from((Fraction(10), Fraction(25), NTSC_30, Fraction(60000, 1001))),
    st.fractions(1, 3600, max_denominator=10),
)
def test_every_segment_starts_with_a_keyframe(wanted: WantedKeyframes, rate: Fraction, seconds: Fraction) -> None:
    keys, segment = decide_keyframes(wanted, rate, seconds)
    assert segment is not None and segment >= 1
    assert segment % kept_every(keys) == 0
    assert keys.max_gop >= 1
    if not (wanted.interval or wanted.rate or wanted.forced_interval or wanted.forced_rate):
        assert abs(segment - seconds * rate) <= 1 + seconds * rate / 250
        assert keys.max_gop <= 250


def kept_every(keys: Keyframes) -> int:
    """Frames between the keyframes that are sure to come."""
    every = keys.forced_every or keys.max_gop
    return every if keys.fixed or keys.forced_every else 1
