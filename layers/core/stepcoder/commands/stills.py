"""argv for thumbnails: the named frames of an output's timeline, shaped as the output is, then as the still is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import ffmpeg

from stepcoder.commands.cascade import cascade
from stepcoder.commands.source import GLOBAL
from stepcoder.commands.video_chunk import conform
from stepcoder.plan.geometry import Geometry
from stepcoder.plan.model import Chunk, Deinterlace, Timeline

ImageFormat = Literal["png", "jpg", "webp"]
# libwebp, not libwebp_anim: that one would make one animated file of several stills.
_ENCODERS: dict[ImageFormat, str] = {"png": "png", "jpg": "mjpeg", "webp": "libwebp"}
_BLUR_SHARE = 18  # of the shorter side: shapes stay, faces and letters don't
# Seeking costs about as much as decoding this long: stills closer than that come from one run.
_ONE_RUN_SECONDS = 6


def runs(timeline: Timeline, frames: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Frames grouped into ffmpeg runs: neighbours closer than a seek is worth share one."""
    reach = int(_ONE_RUN_SECONDS * timeline.frame_rate)
    run: list[int] = []
    for frame in frames:
        if run and frame - run[-1] > reach:
            yield tuple(run)
            run = []
        run.append(frame)
    if run:
        yield tuple(run)


def take_stills(
    source_url: str,
    timeline: Timeline,
    frames: Sequence[int],
    geometries: Sequence[Geometry],
    image_format: ImageFormat,
    pattern: Path,
    *,
    pre_roll: Fraction | None,
    deinterlace: Deinterlace = None,
    blurred: bool = False,
) -> list[str]:
    """argv writing one picture per frame to `pattern` (…%d…), numbered from 0 in the order of `frames`."""
    stretch = Chunk(index=0, start=frames[0], end=frames[-1] + 1)
    picture = conform(source_url, timeline, stretch, pre_roll=pre_roll, deinterlace=deinterlace)
    # After fps a frame's pts is its number on the output grid.
    picture = picture.filter("select", "+".join(f"eq(pts,{frame})" for frame in frames))
    for geometry in geometries:
        picture = cascade(picture, [geometry])[0]
    if blurred:
        # After scaling, and by a share of the frame: the same placeholder whatever its size.
        frame = geometries[-1].frame
        picture = picture.filter("gblur", sigma=max(2, min(frame.width, frame.height) // _BLUR_SHARE))
    output = ffmpeg.output(picture, str(pattern), **_options(image_format))
    return list(ffmpeg.get_args(output.global_args(*GLOBAL)))


def _options(image_format: ImageFormat) -> dict[str, Any]:
    options: dict[str, Any] = {
        "f": "image2",
        "start_number": 0,
        "fps_mode": "passthrough",
        "c:v": _ENCODERS[image_format],
        "pix_fmt": "rgb24" if image_format == "png" else "yuv420p",
        "map_metadata": -1,
    }
    if image_format == "jpg":
        # JPEG knows no other than full range.
        options["color_range"] = "pc"
        # 2–31, lower is better; 3 shows no blocks on film and is a third of the size of 2.
        options["q:v"] = 3
    if image_format == "webp":
        # 0–100, higher is better; libwebp's own default, at which film shows no blocks. 4 of 6: twice as fast as 6, 2 %
        # larger.
        options["quality"] = 75
        options["compression_level"] = 4
    return options
