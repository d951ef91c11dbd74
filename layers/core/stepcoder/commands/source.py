"""How a worker opens its source: one loopback URL, whitelisted protocols, seeking that keeps every needed frame."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import ffmpeg

# Seconds before the wanted frame to start decoding at, tried in turn until every frame is there (encoding.md B.2);
# None means from the start. mp4 and mkv need 1 s; transport streams land mid-GOP and need up to a GOP.
PRE_ROLLS: tuple[Fraction | None, ...] = (Fraction(1), Fraction(6), Fraction(20), Fraction(60), None)


def seek_point(wanted: Fraction, pre_roll: Fraction | None, container_start: Fraction) -> Fraction | None:
    """Seconds in source timestamps to seek to for `wanted`; None when that means reading from the start."""
    if pre_roll is None or wanted - pre_roll <= container_start:
        return None
    return wanted - pre_roll


def open_source(url: str, *, container_start: Fraction, start: Fraction | None, rotate: int | None = None) -> Any:
    """ffmpeg-python input reading `url` (the loopback range reader's) from `start` seconds in source timestamps."""
    options: dict[str, Any] = {
        # The source is customer data: whatever it names, ffmpeg may open nothing but our loopback reader.
        "protocol_whitelist": "http,tcp",
        # Indirect formats name other files or hosts; Inspect refused them, this holds even if the file changed since.
        "format_whitelist": FORMATS,
        # One connection per seek is cheap on loopback; a dead reader must not hang the task.
        "rw_timeout": 60_000_000,
    }
    if start is not None:
        # Frames before the seek point are decoded anyway; keeping them lets a held frame reach over the cut.
        options["noaccurate_seek"] = None
        # -ss counts from the container's start time even under -copyts (encoding.md B.2).
        options["ss"] = seconds(start - container_start)
    if rotate is not None:
        # Stands in for the source's own display matrix, which ffmpeg then applies; it counts counterclockwise.
        options["display_rotation:v"] = -rotate
    # Source timestamps are the one clock all chunks share.
    options["copyts"] = None
    return ffmpeg.input(url, **options)


# libav demuxers that carry media themselves. Left out on purpose: hls, dash, concat, sdp, image2 and the like.
FORMATS = ",".join((
    "mov", "mp4", "m4a", "3gp", "3g2", "mj2", "matroska", "webm", "mpegts", "mpeg", "mpegvideo", "avi", "asf", "flv",
    "ogg", "wav", "w64", "aiff", "mp3", "aac", "ac3", "eac3", "flac", "mxf", "gxf", "dv", "rm", "nut", "ivf", "h264",
    "hevc", "m4v", "amr", "caf", "swf", "vob", "live_flv", "av1", "obu", "y4m", "yuv4mpegpipe",
))  # fmt: skip


def seconds(value: Fraction) -> str:
    """Microseconds are ffmpeg's own resolution for times on the command line."""
    return f"{float(value):.6f}"


def rational(value: Fraction) -> str:
    """An exact value inside a filter expression: (num/den)."""
    return f"({value.numerator}/{value.denominator})"


GLOBAL = (
    # Never wait for a keyboard.
    "-nostdin",
    "-hide_banner",
    "-y",
    # Warnings are kept for the log; the statistics line would drown them.
    "-v", "warning", "-nostats",
    # Machine-readable progress for the customer, and the heartbeat that notices a cancel.
    "-progress", "pipe:1", "-stats_period", "1",
)  # fmt: skip
