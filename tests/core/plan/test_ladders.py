"""Which renditions share a decode, in what order, with how many threads, cut where."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stepcoder.plan.keyframes import WantedKeyframes
from stepcoder.plan.ladders import Candidate, build_ladders, share_threads
from stepcoder.plan.model import Capacity, Ladder
from tests.core.plan.films import CAPACITY, candidate, rendition, spans, timeline

LONG = timeline(25 * 3600)
ON_INTERVAL = {"keyframes": WantedKeyframes(interval=250, fixed=True)}


def shared(*candidates: Candidate, capacity: Capacity = CAPACITY) -> list[tuple[str, ...]]:
    return [ladder.renditions for ladder in build_ladders(candidates, capacity)]


def only(*candidates: Candidate, capacity: Capacity = CAPACITY) -> Ladder:
    (ladder,) = build_ladders(candidates, capacity)
    return ladder


def test_renditions_of_one_timeline_share_a_decode_largest_first() -> None:
    small, large, middle = candidate("v0", "640x360"), candidate("v1", "1920x1080"), candidate("v2", "1280x720")
    assert shared(small, large, middle) == [("v1", "v2", "v0")]


@pytest.mark.parametrize(
    "other",
    [
        candidate("v1", line=timeline(rate=50, frames=3000)),
        candidate("v1", line=timeline(origin=Fraction(3))),
        candidate("v1", line=timeline(rotate=90)),
        candidate("v1", deinterlace="all"),
        candidate("v1", bitrate_kbps=900),
        candidate("v1", bitrate_kbps=900, one_pass=True),
        candidate("v1", max_bitrate_kbps=900),
        candidate("v1", "3840x2160"),
        candidate("v1", seekable=False),
    ],
    ids=["rate", "origin", "rotate", "deinterlace", "two passes", "one pass", "average cap", "4K", "unseekable"],
)
def test_some_need_a_decode_of_their_own(other: Candidate) -> None:
    assert shared(candidate("v0"), other, candidate("v2")) == [("v0", "v2"), ("v1",)]


def test_up_to_1440_lines_a_rendition_shares() -> None:
    assert shared(candidate("v0"), candidate("v1", "2560x1440")) == [("v1", "v0")]


def test_two_of_4k_go_their_own_ways() -> None:
    assert shared(candidate("v0", "3840x2160"), candidate("v1", "3840x2160", crf=20)) == [("v0",), ("v1",)]


def test_segments_without_a_near_common_multiple_part() -> None:
    first, second, third = (
        candidate(name, segment_frames=frames) for name, frames in (("v0", 200), ("v1", 700), ("v2", 200))
    )
    assert shared(first, second, third) == [("v0", "v2"), ("v1",)]
    ladders = build_ladders([first, second, third], CAPACITY)
    assert [ladder.chunks[0].end for ladder in ladders] == [400, 700]


def test_chunks_are_whole_segments_of_every_rendition() -> None:
    ladder = only(candidate("v0", segment_frames=100), candidate("v1", segment_frames=150))
    assert spans(ladder.chunks)[:2] == [(0, 300), (300, 600)]


def test_chunks_are_whole_gops_where_they_are_fixed_or_forced() -> None:
    assert only(candidate(keyframes=WantedKeyframes(interval=140, fixed=True))).chunks[0].end == 280
    assert only(candidate(keyframes=WantedKeyframes(forced_interval=110))).chunks[0].end == 330
    assert only(candidate(keyframes=WantedKeyframes(interval=110))).chunks[0].end == 300


def test_a_long_film_has_longer_chunks_and_a_slow_encode_the_longest() -> None:
    assert only(candidate(line=LONG)).chunks[0].end == 20 * 25
    assert only(candidate(line=LONG, speed=1)).chunks[0].end == 30 * 25
    assert only(candidate(line=LONG), candidate("v1", "640x360", line=LONG, speed=2)).chunks[0].end == 30 * 25


def test_no_chunk_is_longer_than_a_third_of_the_time_limit_allows() -> None:
    hurried = Capacity(vcpus=2, time_limit_seconds=60)
    ladder = only(candidate("v0", "1920x1080", line=LONG, speed=1), capacity=hurried)
    first, *_, last = ladder.chunks
    # 25 frames of 2.07 megapixels at 9 a core second, and decoding them, on 2 x 0.6 cores used to 85 %: 5.8 s a second.
    assert first.end == 85
    assert 25 * 3600 - last.start <= first.end


@pytest.mark.parametrize(
    ("segment_seconds", "keyframes", "multiple"),
    [
        (3600, WantedKeyframes(), 1),
        (3600, WantedKeyframes(interval=100, fixed=True), 100),
        (10, WantedKeyframes(), 250),
    ],
)
def test_segments_longer_than_a_task_can_be_are_cut_within(
    segment_seconds: int, keyframes: WantedKeyframes, multiple: int
) -> None:
    each = rendition(keyframes=keyframes, segment_seconds=Fraction(segment_seconds))
    (ladder,) = build_ladders([Candidate(rendition=each, timeline=LONG, segment_frames=segment_seconds * 25)], CAPACITY)
    ends = {chunk.end - chunk.start for chunk in ladder.chunks if chunk.end is not None}
    assert ends == {20 * 25}
    assert all(chunk.start % multiple == 0 for chunk in ladder.chunks)


def test_gops_longer_than_a_task_can_be_are_cut_within() -> None:
    forced = candidate(line=LONG, keyframes=WantedKeyframes(forced_interval=1_000_000))
    fixed = candidate(line=LONG, keyframes=WantedKeyframes(interval=1_000_000, fixed=True))
    assert only(forced).chunks[0].end == only(fixed).chunks[0].end == 20 * 25


@pytest.mark.parametrize("wanted", [{"bitrate_kbps": 900, "one_pass": True}, {"seekable": False}])
def test_some_must_not_be_cut(wanted: dict[str, object]) -> None:
    assert spans(only(candidate(line=LONG, **wanted)).chunks) == [(0, None)]


@pytest.mark.parametrize(
    ("frames", "wanted", "analyse"),
    [
        (1500, {"bitrate_kbps": 900}, True),
        (200, {"bitrate_kbps": 900}, False),
        (1500, {"max_bitrate_kbps": 900}, True),
        (1500, {"bitrate_kbps": 900, "one_pass": True}, False),
        (1500, {"crf": 20}, False),
    ],
)
def test_first_passes_are_a_round_of_their_own_where_bits_must_be_shared_out(
    frames: int, wanted: dict[str, object], analyse: bool
) -> None:
    assert only(candidate(line=timeline(frames), **wanted)).analyse is analyse


def test_threads_are_shared_by_those_who_share_a_process() -> None:
    ladder = [candidate("v0", "1920x1080"), candidate("v1", "1280x720"), candidate("v2", "640x360")]
    alone = candidate("v3", "3840x2160")
    renditions = [each.rendition for each in (*ladder, alone)]
    shared_out = share_threads(renditions, build_ladders([*ladder, alone], CAPACITY), CAPACITY)
    assert [(each.id, each.h264.threads) for each in shared_out] == [("v0", 6), ("v1", 3), ("v2", 1), ("v3", 9)]
