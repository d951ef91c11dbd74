"""What one output asks for, after precedence and in the planner's own terms. Built by asked.py."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from stepcoder.media import Frozen, Rational
from stepcoder.plan.audio import WantedAudio
from stepcoder.plan.dimensions import Wanted
from stepcoder.plan.keyframes import WantedKeyframes
from stepcoder.plan.storing import Storing
from stepcoder.plan.video import WantedVideo
from stepcoder.request.watermarks import Extent, Offset


class StillsWish(Frozen):
    """One thumbnail set."""

    label: str | None = None
    format: Literal["png", "jpg", "webp"] = "png"
    filter: Literal["none", "blur"] = "none"
    prefix: str = "frame"
    credentials: str | None = None  # nickname of saved ones
    storing: Storing = Storing()
    number: int | None = None
    interval: Rational | None = None  # seconds
    times: tuple[Rational, ...] = ()  # seconds
    at_first_frame: bool = False
    size: Wanted = Wanted()


class WatermarkWish(Frozen):
    """One picture over the video."""

    url: str
    x: Offset
    y: Offset
    width: Extent | None = None
    height: Extent | None = None
    origin: Literal["content", "frame"] = "content"
    opacity: Rational = Fraction(1)


class Wishes(Frozen):
    """One output's settings, grouped as the decisions need them."""

    kind: Literal["standard", "segmented", "playlist", "captions"] = "standard"
    container: Literal["mp4", "ts", "fmp4", "m3u8", "webvtt", "dfxp", "scc"] = "mp4"
    strict: bool = False
    skip_video: bool = False
    skip_audio: bool = False
    start_clip: Rational | None = None  # seconds
    clip_length: Rational | None = None  # seconds
    test_seconds: Rational | None = None  # a test job's limit
    size: Wanted = Wanted()
    frame_rate: Rational | None = None
    max_frame_rate: Rational | None = None
    rotate: int | None = None  # clockwise degrees; None: as the source says
    deinterlace: Literal["on", "off", "detect"] = "detect"
    keyframes: WantedKeyframes = WantedKeyframes()
    video: WantedVideo = WantedVideo()
    audio: WantedAudio = WantedAudio()
    segment_seconds: Rational | None = None
    stills: tuple[StillsWish, ...] = ()
    watermarks: tuple[WatermarkWish, ...] = ()
