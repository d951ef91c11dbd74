"""argv for one chunk of a ladder: decode once, conform to the frame grid, scale in a cascade, encode all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import ffmpeg

from stepcoder.commands.cascade import cascade
from stepcoder.commands.source import GLOBAL, open_source, rational, seek_point
from stepcoder.commands.watermarks import marked
from stepcoder.commands.x264 import fragment_options, x264_options
from stepcoder.media import Frozen
from stepcoder.plan.model import Chunk, Deinterlace, Timeline
from stepcoder.plan.rendition import VideoRendition


class Encode(Frozen):
    """One rendition of the chunk: where it goes and which pass this is."""

    rendition: VideoRendition
    path: Path
    passlog: Path | None = None
    pass_number: Literal[1, 2] | None = None
    bitrate_kbps: int | None = None  # overrides the rate control's target: this chunk's share of the bits


def encode_chunk(
    source_url: str,
    timeline: Timeline,
    chunk: Chunk,
    encodes: Sequence[Encode],
    *,
    pre_roll: Fraction | None,
    deinterlace: Deinterlace = None,
    images: Mapping[str, Path] | None = None,
) -> list[str]:
    """The whole argv (without the program). `encodes` are largest frame first; `pre_roll` in seconds.

    `images` are the files of the renditions' watermarks, by their names in the workspace.
    """
    picture = conform(source_url, timeline, chunk, pre_roll=pre_roll, deinterlace=deinterlace)
    renditions = [encode.rendition for encode in encodes]
    pictures = cascade(picture, [rendition.geometry for rendition in renditions])
    # On each one's own branch, at the end of it: what is scaled from a picture must not show its watermark.
    pictures = marked(pictures, renditions, images or {}, timeline.frame_rate)
    outputs = [_output(each, encode, timeline, chunk) for each, encode in zip(pictures, encodes, strict=True)]
    return list(ffmpeg.get_args(ffmpeg.merge_outputs(*outputs).global_args(*GLOBAL)))


def conform(
    source_url: str, timeline: Timeline, chunk: Chunk, *, pre_roll: Fraction | None, deinterlace: Deinterlace
) -> Any:
    """The chunk's frames on the absolute output grid: frame k has pts k in a time base of one frame."""
    start = seek_point(_cut(timeline, chunk), pre_roll, timeline.container_start)
    source = open_source(source_url, container_start=timeline.container_start, start=start, rotate=timeline.rotate)
    picture = source[str(timeline.stream)]
    if deinterlace:
        # One frame per frame; unless told better, only those flagged interlaced: mixed content stays untouched.
        picture = picture.filter("bwdif", mode="send_frame", deint="all" if deinterlace == "all" else "interlaced")
    # One origin for every chunk and for the audio; rounding, because setpts would cut off the float's tail.
    picture = picture.filter("setpts", f"round(PTS-{rational(timeline.origin)}/TB)")
    picture = picture.filter("fps", **_fps_options(timeline, from_start=start is None))
    # After fps the time base is one frame, so the cut is by integer frame number, never by seconds.
    ends = {} if chunk.end is None else {"end_pts": chunk.end}
    return picture.filter("trim", start_pts=chunk.start, **ends)


def reads_from_start(timeline: Timeline, chunk: Chunk, pre_roll: Fraction | None) -> bool:
    """Whether this pre-roll reaches the source's start: more of it would find nothing new."""
    return seek_point(_cut(timeline, chunk), pre_roll, timeline.container_start) is None


def _cut(timeline: Timeline, chunk: Chunk) -> Fraction:
    """Source timestamp of the chunk's first frame, in seconds."""
    return timeline.origin + Fraction(chunk.start) / timeline.frame_rate


def _fps_options(timeline: Timeline, *, from_start: bool) -> dict[str, Any]:
    options: dict[str, Any] = {"fps": f"{timeline.frame_rate.numerator}/{timeline.frame_rate.denominator}"}
    if from_start:
        # Video that begins after the sound: its first frame is held from the presentation's start.
        options["start_time"] = f"{float(-timeline.lead):.9f}"
    return options


def _output(picture: Any, encode: Encode, timeline: Timeline, chunk: Chunk) -> Any:
    rendition = encode.rendition
    options = x264_options(rendition, chunk, encode.bitrate_kbps)
    if encode.pass_number is not None:
        options |= {"pass": encode.pass_number, "passlogfile": str(encode.passlog)}
    if encode.pass_number == 1:
        # The first pass only measures; its pictures go nowhere.
        return ffmpeg.output(picture, str(encode.path), f="null", **options)
    return ffmpeg.output(picture, str(encode.path), **options, **fragment_options(rendition, timeline, chunk))
