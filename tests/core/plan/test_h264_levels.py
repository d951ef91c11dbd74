"""Levels of H.264: known pairs, spelling, and what profiles allow."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.plan.h264_levels import LEVELS, least_level, level_named, limits
from stepcoder.request.model import JobRequest


@pytest.mark.parametrize(
    ("width", "height", "rate", "references", "level"),
    [
        (1920, 1080, 30, 3, "4"),
        (1920, 1080, 25, 4, "4"),
        (1920, 1080, 30, 5, "5"),
        (1920, 1080, 60, 3, "4.2"),
        (1280, 720, 30, 3, "3.1"),
        (1280, 720, 60, 3, "3.2"),
        (854, 480, 30, 3, "3.1"),
        (720, 576, 25, 3, "3"),
        (640, 360, 30, 3, "3"),
        (352, 288, 30, 3, "1.3"),
        (176, 144, 15, 3, "1"),
        (3840, 2160, 30, 3, "5.1"),
        (3840, 2160, 60, 3, "5.2"),
        (7680, 4320, 30, 3, "6"),
        (4096, 16, 25, 1, "4"),
        (16384, 16384, 300, 16, "6.2"),
    ],
)
def test_the_least_level_that_holds_a_stream(width: int, height: int, rate: int, references: int, level: str) -> None:
    assert least_level(width, height, Fraction(rate), references, "high").name == level


@pytest.mark.parametrize(
    ("profile", "peak", "level"), [("main", 14000, "3.1"), ("main", 14001, "3.2"), ("high", 17500, "3.1")]
)
def test_a_peak_rate_raises_the_level(profile: str, peak: int, level: str) -> None:
    assert least_level(1280, 720, Fraction(30), 3, profile, peak).name == level


@pytest.mark.parametrize(("written", "name"), [("31", "3.1"), ("3.1", "3.1"), ("4.0", "4"), ("4", "4"), ("40", "4")])
def test_levels_are_spelled_in_several_ways(written: str, name: str) -> None:
    assert level_named(written).name == name
    body = {"input": "s3://bucket/in.mov", "outputs": {"h264_level": written}}
    assert JobRequest.from_body(body).outputs[0].video_codec_level == name


@pytest.mark.parametrize("written", ["7", "1b", "", "3.15"])
def test_there_is_no_other_level(written: str) -> None:
    with pytest.raises(KeyError):
        level_named(written)


def test_profiles_may_spend_more_than_baseline() -> None:
    assert limits(level_named("3.1"), "baseline") == limits(level_named("3.1"), "main") == (14000, 14000)
    assert limits(level_named("3.1"), "high") == (17500, 17500)
    assert limits(level_named("4"), "high10") == (60000, 75000)


@given(st.integers(2, 4096), st.integers(2, 2304), st.integers(1, 60), st.integers(1, 4))
def test_no_lower_level_would_do(width: int, height: int, rate: int, references: int) -> None:
    found = least_level(width, height, Fraction(rate), references, "main")
    macroblocks = -(-width // 16) * -(-height // 16)
    assert macroblocks * rate <= found.macroblocks_per_second
    assert macroblocks * references <= found.dpb_macroblocks
    assert found in LEVELS
