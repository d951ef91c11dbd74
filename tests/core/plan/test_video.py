"""Rate control and H.264 settings: what is asked becomes what x264 is told, with every default explicit."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.plan.geometry import Box
from stepcoder.plan.h264_levels import level_named, limits
from stepcoder.plan.rendition import H264, RateControl
from stepcoder.plan.video import WantedVideo, decide_encoder

HD = Box(width=1280, height=720)


def encoder(frame: Box = HD, rate: int = 30, **wanted: Any) -> H264:
    return decide_encoder(WantedVideo(**wanted), frame, Fraction(rate))[0]


def control(frame: Box = HD, rate: int = 30, **wanted: Any) -> RateControl:
    return decide_encoder(WantedVideo(**wanted), frame, Fraction(rate))[1]


@pytest.mark.parametrize(
    ("wanted", "crf"),
    [({}, 23), *(({"quality": quality}, 32 - 3 * quality) for quality in range(1, 6)), ({"crf": 18}, 18),
     ({"crf": 18, "quality": 1}, 18), ({"crf": 18, "bitrate_kbps": 900}, 18),
     ({"quality": 4, "bitrate_kbps": 900}, 20)],
)  # fmt: skip
def test_quality_is_constant(wanted: dict[str, Any], crf: int) -> None:
    made = control(**wanted)
    assert (made.mode, made.crf, made.bitrate_kbps) == ("crf", crf, None)


@pytest.mark.parametrize(
    ("wanted", "kbps", "one_pass"),
    [
        ({"bitrate_kbps": 900}, 900, False),
        ({"bitrate_kbps": 900, "one_pass": True}, 900, True),
        ({"bitrate_kbps": 900, "max_bitrate_kbps": 500}, 500, False),
        ({"bitrate_kbps": 900, "max_bitrate_kbps": 2000}, 900, False),
    ],
)
def test_a_bitrate_is_an_average(wanted: dict[str, Any], kbps: int, one_pass: bool) -> None:
    made = control(**wanted)
    assert (made.mode, made.crf, made.bitrate_kbps, made.one_pass) == ("bitrate", None, kbps, one_pass)
    assert made.average_cap_kbps is None


def test_a_cap_on_the_average_stays_with_constant_quality() -> None:
    made = control(max_bitrate_kbps=500)
    assert (made.mode, made.average_cap_kbps) == ("crf", 500)


@pytest.mark.parametrize(
    ("wanted", "vbv"),
    [
        ({}, (14000, 14000)),
        ({"profile": "high"}, (17500, 17500)),
        ({"profile": "high", "level": "4"}, (25000, 31250)),
        ({"cap_kbps": 3000}, (3000, 6000)),
        ({"cap_kbps": 10000}, (10000, 14000)),
        ({"cap_kbps": 3000, "buffer_kbit": 4500}, (3000, 4500)),
        ({"buffer_kbit": 4500}, (14000, 4500)),
    ],
)
def test_the_decoder_s_buffer_is_always_bounded(wanted: dict[str, Any], vbv: tuple[int, int]) -> None:
    made = control(**wanted)
    assert (made.vbv_max_kbps, made.vbv_buffer_kbit) == vbv


@pytest.mark.parametrize(
    ("frame", "wanted", "level"),
    [
        (HD, {}, "3.1"),
        (HD, {"level": "4.1"}, "4.1"),
        (HD, {"level": "41"}, "4.1"),
        (HD, {"bitrate_kbps": 20000}, "3.2"),
        (HD, {"cap_kbps": 20000}, "3.2"),
        (HD, {"max_bitrate_kbps": 20000}, "3.2"),
        (HD, {"reference_frames": 16}, "5"),
        (Box(width=1920, height=1080), {"profile": "high"}, "4"),
        (Box(width=320, height=180), {}, "1.3"),
        (Box(width=320, height=180), {"cap_kbps": 300}, "1.3"),
        (Box(width=320, height=180), {"bitrate_kbps": 2500}, "2.1"),
    ],
)
def test_the_level_is_explicit_and_the_least(frame: Box, wanted: dict[str, Any], level: str) -> None:
    assert encoder(frame, **wanted).level == level


def test_constant_quality_of_a_small_frame_has_room() -> None:
    made = control(Box(width=320, height=180), 25)
    assert (made.vbv_max_kbps or 0) > 320 * 180 * 25 * 0.3 / 1000


@pytest.mark.parametrize(
    ("profile", "pixels"),
    [("baseline", "yuv420p"), ("main", "yuv420p"), ("high", "yuv420p"), ("high10", "yuv420p10le"),
     ("high422", "yuv422p10le"), ("high444", "yuv444p")],
)  # fmt: skip
def test_a_profile_has_its_pixels(profile: str, pixels: str) -> None:
    made = encoder(profile=profile, b_frames=3)
    assert (made.profile, made.pixel_format) == (profile, pixels)
    assert made.b_frames == (0 if profile == "baseline" else 3)


@pytest.mark.parametrize(
    ("speed", "preset", "references"),
    [(1, "slower", 8), (2, "slow", 5), (3, "medium", 3), (4, "faster", 2), (5, "veryfast", 1)],
)
def test_speed_is_a_preset_whose_references_auto_takes(speed: int, preset: str, references: int) -> None:
    made = encoder(speed=speed, reference_frames=None)
    assert (made.preset, made.reference_frames) == (preset, references)
    assert encoder(speed=speed).reference_frames == 3


@given(
    st.builds(
        WantedVideo,
        crf=st.none() | st.integers(1, 51),
        quality=st.none() | st.integers(1, 5),
        bitrate_kbps=st.none() | st.integers(1, 100_000),
        max_bitrate_kbps=st.none() | st.integers(1, 100_000),
        cap_kbps=st.none() | st.integers(1, 100_000),
        speed=st.integers(1, 5),
        profile=st.sampled_from(("baseline", "main", "high", "high10", "high422", "high444")),
        reference_frames=st.none() | st.integers(0, 16),
        b_frames=st.integers(0, 16),
    ),
    st.sampled_from((Box(width=2, height=2), Box(width=320, height=180), HD, Box(width=3840, height=2160))),
)
def test_a_stream_keeps_the_level_it_declares(wanted: WantedVideo, frame: Box) -> None:
    h264, made = decide_encoder(wanted, frame, Fraction(30))
    cap, buffer = limits(level_named(h264.level), h264.profile)
    assert 0 < (made.vbv_max_kbps or 0) <= cap
    assert 0 < (made.vbv_buffer_kbit or 0) <= buffer
    assert (made.crf is None) != (made.bitrate_kbps is None)
