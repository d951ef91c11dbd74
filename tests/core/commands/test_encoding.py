"""What x264 was really told and really did: keyframes, levels, bitrates, the decoder's buffer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stepcoder.plan.model import Chunk, Plan
from tests.clips import source
from tests.core.commands.worker import (
    declared,
    encode,
    encode_in_two_passes,
    keyframes,
    packets,
    planned,
    x264_settings,
)

pytestmark = pytest.mark.slow

LATER = Chunk(index=1, start=90, end=210)


def keys(directory: Path, chunk: Chunk = LATER, **members: Any) -> list[int]:
    clip = source("cfr_25")
    return keyframes(encode(clip, planned(clip, members), directory, chunk)["v0"], 25)


def test_forced_keyframes_are_multiples_counted_from_the_film_s_start(tmp_path: Path) -> None:
    assert keys(tmp_path, forced_keyframe_interval=40) == [90, 120, 160, 200]


@pytest.mark.parametrize("b_frames", [0, 3])
def test_fixed_gops_are_exact_in_every_chunk(tmp_path: Path, b_frames: int) -> None:
    fixed = {"keyframe_interval": 40, "fixed_keyframe_interval": True, "h264_profile": "main", "h264_bframes": b_frames}
    assert keys(tmp_path, Chunk(index=2, start=80, end=240), **fixed) == [80, 120, 160, 200]
    assert keys(tmp_path, **fixed) == [90, 120, 160, 200], "a chunk off the grid finds back to it"


def test_segments_open_with_keyframes(tmp_path: Path) -> None:
    assert {100, 150, 200} <= set(keys(tmp_path, type="segmented", segment_seconds=2))


def test_a_maximum_interval_is_one(tmp_path: Path) -> None:
    found = keys(tmp_path, keyframe_interval=30)
    assert all(later - earlier <= 30 for earlier, later in zip(found, [*found[1:], 210], strict=True))


@pytest.mark.parametrize(
    ("members", "told", "profile", "level"),
    [
        ({"clip_length": 1}, {"ref": "3", "bframes": "0", "cabac": "0", "8x8dct": "0"}, 66, 13),
        (
            {"h264_profile": "main", "h264_level": "3.1", "h264_reference_frames": 2, "h264_bframes": 2},
            {"ref": "2", "bframes": "2", "cabac": "1", "8x8dct": "0", "open_gop": "0"}, 77, 31,
        ),
        (
            {"h264_profile": "high", "h264_level": "4", "h264_reference_frames": "auto", "speed": 4, "crf": 20},
            {"ref": "2", "bframes": "0", "8x8dct": "1", "crf": "20.0", "crf_max": "0.0"}, 100, 40,
        ),
        (
            {"h264_profile": "high10", "decoder_bitrate_cap": 500, "decoder_buffer_size": 700, "one_pass": True,
             "video_bitrate": 400},
            {"rc": "abr", "bitrate": "400", "vbv_maxrate": "500", "vbv_bufsize": "700"}, 110, 12,
        ),
        ({"h264_profile": "high422", "h264_bframes": 1}, {"bframes": "1"}, 122, 12),
        ({"h264_profile": "high444"}, {"bframes": "0"}, 244, 12),
    ],
)  # fmt: skip
def test_settings_arrive_in_the_stream(
    tmp_path: Path, members: dict[str, Any], told: dict[str, str], profile: int, level: int
) -> None:
    clip = source("cfr_25")
    encoded = encode(clip, planned(clip, {"clip_length": 1, **members}), tmp_path)["v0"]
    found = x264_settings(encoded)
    assert {name: found.get(name) for name in told} == told
    assert declared(encoded) == (profile, level)


@pytest.mark.parametrize("members", [{}, {"h264_bframes": 2, "h264_profile": "high"}])
def test_chunks_declare_the_same_parameters(tmp_path: Path, members: dict[str, Any]) -> None:
    clip = source("cfr_2997")
    made = planned(clip, members)
    heads = set()
    for number, chunk in enumerate((Chunk(index=0, start=0, end=10), LATER, Chunk(index=2, start=340, end=None))):
        directory = tmp_path / str(number)
        directory.mkdir()
        heads.add(head(encode(clip, made, directory, chunk)["v0"]))
    assert len(heads) == 1


def head(path: Path) -> bytes:
    """Everything before the first fragment: the init segment."""
    return path.read_bytes().partition(b"moof")[0][:-4]


CUT = {"vcpus": 2, "time_limit_seconds": 1, "relative_speed": 0.3}  # so little time that chunks last four seconds


def two_passes(
    directory: Path, capacity: dict[str, Any], name: str = "cfr_25", **members: Any
) -> tuple[Plan, list[Path]]:
    clip = source(name)
    made = planned(clip, members, **capacity)
    return made, encode_in_two_passes(clip, made, made.ladders[0], directory)


def average_kbps(files: list[Path]) -> float:
    """Over the 12 s of the film, having checked that every frame is there once."""
    frames = [packet for file in files for packet in packets(file, 25)]
    assert sorted(number for number, _, _ in frames) == list(range(300))
    return sum(size for _, size, _ in frames) * 8 / 12 / 1000


@pytest.mark.parametrize("kbps", [150, 400])
def test_two_passes_over_a_film_hit_its_bitrate(tmp_path: Path, kbps: int) -> None:
    made, files = two_passes(tmp_path, {}, video_bitrate=kbps)
    assert len(files) == 1 and not made.ladders[0].analyse
    assert average_kbps(files) == pytest.approx(kbps, rel=0.05)


@pytest.mark.parametrize("profile", ["baseline", "high"])
def test_second_passes_do_not_fit_the_headers_to_their_chunk(tmp_path: Path, profile: str) -> None:
    _, files = two_passes(tmp_path, CUT, "long_gop", video_bitrate=250, h264_profile=profile)
    assert len(files) > 2 and len({head(file) for file in files}) == 1


def test_bits_shared_out_over_chunks_add_up(tmp_path: Path) -> None:
    made, files = two_passes(tmp_path, CUT, video_bitrate=400)
    assert len(files) >= 3 and made.ladders[0].analyse
    assert average_kbps(files) == pytest.approx(400, rel=0.05)


def test_a_cap_on_the_average_of_constant_quality_is_hit(tmp_path: Path) -> None:
    _, files = two_passes(tmp_path, {}, crf=12, max_video_bitrate=200)
    assert average_kbps(files) == pytest.approx(200, rel=0.05)


def test_the_joined_chunks_keep_inside_the_decoder_s_buffer(tmp_path: Path) -> None:
    made, files = two_passes(tmp_path, CUT, video_bitrate=300, decoder_bitrate_cap=360, decoder_buffer_size=360)
    control = made.video[0].rate_control
    assert (control.vbv_max_kbps, control.vbv_buffer_kbit) == (360, 360)
    fullness = 0.9 * 360_000
    for size in [size for file in files for _, size, _ in packets(file, 25)]:
        fullness -= size * 8
        assert fullness >= 0
        fullness = min(360_000.0, fullness + 360_000 / 25)
