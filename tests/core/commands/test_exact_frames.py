"""Chunks hold exactly the frames of the unchunked run, by frame hash, for every film and for hostile cuts."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

import ffmpeg
import pytest

from stepcoder.commands.source import GLOBAL, PRE_ROLLS
from stepcoder.commands.video_chunk import conform, reads_from_start
from stepcoder.media import MediaInfo
from stepcoder.plan.model import Chunk, Timeline
from stepcoder.probe import probe
from stepcoder.range_reader import RangeReader
from tests.clips import FILMS, Clip
from tests.clips.cache import ffmpeg as ffmpeg_path


class Frame(NamedTuple):
    number: int  # on the output grid
    digest: str


def media_of(path: Path) -> MediaInfo:
    with path.open("rb") as file:
        return probe(file, size=path.stat().st_size)


def timeline_of(media: MediaInfo, *, start_clip: Fraction = Fraction(0)) -> Timeline:
    video = media.video
    assert video is not None
    origin = media.start + start_clip
    return Timeline(
        frame_rate=video.frame_rate,
        origin=origin,
        lead=start_clip,
        container_start=media.container_start,
        stream=video.index,
        frame_count=round((video.end - origin) * video.frame_rate),
    )


def frames_of(url: str, timeline: Timeline, chunk: Chunk, pre_roll: Fraction | None) -> list[Frame]:
    picture = conform(url, timeline, chunk, pre_roll=pre_roll, deinterlace=False)
    output = ffmpeg.output(picture, "-", f="framemd5", fps_mode="passthrough", enc_time_base="filter")
    quiet = [word for word in GLOBAL if word not in ("-progress", "pipe:1", "-y")]
    argv = [ffmpeg_path(), *ffmpeg.get_args(output.global_args(*quiet))]
    lines = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True).stdout.splitlines()
    rows = [line.split(",") for line in lines if line and not line.startswith("#")]
    return [Frame(int(row[2]), row[5].strip()) for row in rows]


def chunk_frames(url: str, timeline: Timeline, chunk: Chunk) -> list[Frame]:
    """As the worker does it: more pre-roll until the first frame is the chunk's first."""
    frames: list[Frame] = []
    for pre_roll in PRE_ROLLS:
        frames = frames_of(url, timeline, chunk, pre_roll)
        if (frames and frames[0].number == chunk.start) or reads_from_start(timeline, chunk, pre_roll):
            break
    return frames


def chunks_at(cuts: list[int]) -> list[Chunk]:
    return [
        Chunk(index=index, start=start, end=end)
        for index, (start, end) in enumerate(zip([0, *cuts], [*cuts, None], strict=True))
    ]


@pytest.mark.slow
@pytest.mark.parametrize("clip", FILMS, ids=lambda clip: clip.name)
def test_chunks_of_four_seconds_join_to_the_whole(clip: Clip) -> None:
    timeline = timeline_of(media_of(clip.path))
    length = round(4 * timeline.frame_rate)
    with RangeReader() as reader:
        url = reader.serve_file(clip.path)
        whole = frames_of(url, timeline, Chunk(index=0, start=0, end=None), None)
        cuts = list(range(length, len(whole) - length // 2, length))
        joined = [frame for chunk in chunks_at(cuts) for frame in chunk_frames(url, timeline, chunk)]
    assert [frame.number for frame in whole] == list(range(len(whole)))
    assert joined == whole


@pytest.mark.slow
@pytest.mark.parametrize("clip", FILMS, ids=lambda clip: clip.name)
def test_cuts_around_keyframes_lose_nothing(clip: Clip) -> None:
    media = media_of(clip.path)
    timeline = timeline_of(media)
    with RangeReader() as reader:
        url = reader.serve_file(clip.path)
        whole = frames_of(url, timeline, Chunk(index=0, start=0, end=None), None)
        cuts = sorted({cut for key in keyframes(clip.path, timeline) for cut in (key - 1, key, key + 1)})
        cuts = [cut for cut in cuts if 0 < cut < len(whole) - 10][-9:]
        for cut in cuts:
            stretch = Chunk(index=1, start=cut, end=cut + 8)
            assert chunk_frames(url, timeline, stretch) == whole[cut : cut + 8], f"cut at frame {cut}"


def keyframes(path: Path, timeline: Timeline) -> list[int]:
    """Keyframes of the source as frames of the output grid, a few of them."""
    import av

    with av.open(str(path)) as container:
        stream = container.streams[timeline.stream]
        keys = [
            packet.pts * packet.time_base
            for packet in container.demux(stream)
            if packet.is_keyframe and packet.pts is not None
        ]
    return [round((key - timeline.origin) * timeline.frame_rate) for key in keys[-4:]]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["cfr_2997", "late_video", "h264_ts", "vfr_held_frame"])
def test_a_clip_starts_at_the_frame_shown_at_its_start(name: str) -> None:
    clip = next(film for film in FILMS if film.name == name)
    media = media_of(clip.path)
    seconds = Fraction(1)  # inside the stretch before the late video's first frame
    all_frames, clipped = timeline_of(media), timeline_of(media, start_clip=seconds)
    with RangeReader() as reader:
        url = reader.serve_file(clip.path)
        whole = frames_of(url, all_frames, Chunk(index=0, start=0, end=None), None)
        part = chunk_frames(url, clipped, Chunk(index=0, start=0, end=60))
    skipped = seconds * all_frames.frame_rate
    assert [frame.number for frame in part] == list(range(60))
    if skipped.denominator == 1:
        assert [frame.digest for frame in part] == [frame.digest for frame in whole[int(skipped) :][:60]]
