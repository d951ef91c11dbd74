"""One encoded video track as decided: its picture, how it is coded, where its keyframes go. Pure data.

What decides it: dimensions.py, watermarks.py, video.py, keyframes.py.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from stepcoder.media import Frozen, Rational
from stepcoder.plan.geometry import Box, Geometry


class Keyframes(Frozen):
    """Where keyframes go, counted in frames from the start of the output."""

    max_gop: int  # at most this many frames between keyframes
    fixed: bool = False  # no scene-cut keyframes: exactly one every max_gop frames
    forced_every: int | None = None  # a keyframe on every multiple of this, scene cuts still allowed between


class RateControl(Frozen):
    """`crf`: constant quality. `bitrate`: average kbps, in two passes unless one_pass. VBV applies to both."""

    mode: Literal["crf", "bitrate"]
    crf: int | None = None  # 0–51
    bitrate_kbps: int | None = None
    one_pass: bool = False
    average_cap_kbps: int | None = None  # max_video_bitrate: with crf, falls to two-pass at this average if exceeded
    vbv_max_kbps: int | None = None
    vbv_buffer_kbit: int | None = None


Profile = Literal["baseline", "main", "high", "high10", "high422", "high444"]


class H264(Frozen):
    preset: str  # x264 preset name
    profile: Profile
    level: str  # always explicit ("3.1"), so that every chunk writes the same parameter sets
    reference_frames: int | None  # None: the preset's
    b_frames: int
    pixel_format: str = "yuv420p"
    threads: int = 1  # settled last, when it is known which renditions share a process (plan/ladders.py)


class Overlay(Frozen):
    """A picture laid over every frame."""

    image: str  # its name in the job's workspace: a PNG of 8-bit RGBA
    natural: Box  # its own size
    box: Box  # where it lies in the encoded frame, scaled to that size; always inside
    opacity: Rational = Fraction(1)  # 0–1, beside what the image itself lets through


class VideoRendition(Frozen):
    """One encoded video track. Several outputs with the same decisions share one rendition."""

    id: str  # "v0"
    geometry: Geometry
    watermarks: tuple[Overlay, ...] = ()  # from the lowest to the topmost
    h264: H264
    rate_control: RateControl
    keyframes: Keyframes
    timescale: int  # of the track; a frame lasts a whole number of ticks

    @property
    def needs_analysis(self) -> bool:
        """True when bits must be shared out over the film before it is encoded (two passes)."""
        control = self.rate_control
        return (control.mode == "bitrate" and not control.one_pass) or control.average_cap_kbps is not None
