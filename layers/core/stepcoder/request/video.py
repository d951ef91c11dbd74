"""How H.264 is written, and what is done to the picture besides scaling (reference 3.8, 3.14, 3.23)."""

from __future__ import annotations

from typing import Annotated, Literal

from stepcoder.request.kinds import Choice
from stepcoder.request.quantities import Whole, WholeOrAuto
from stepcoder.request.setting import Setting, SettingGroup

_PROFILES = ("baseline", "main", "high", "high10", "high422", "high444")
_HEVC_PROFILES = ("main10", "main12", "main422-10", "main422-12", "main444-8", "main444-10", "main444-12")
_LEVELS = ("1", "1.1", "1.2", "1.3", "2", "2.1", "2.2", "3", "3.1", "3.2", "4", "4.1", "4.2", "5", "5.1", "5.2")

Profile = Annotated[
    Literal["baseline", "main", "high", "high10", "high422", "high444"],
    Choice(_PROFILES, later=(*_HEVC_PROFILES, "professional"), same_as={"avc_baseline": "baseline"}),
]
# 3.1 is also written 31, and 3 also 3.0 or 30.
Level = Annotated[
    str,
    Choice(
        _LEVELS,
        later=("1b",),
        same_as={f"{level}.0": level for level in _LEVELS if "." not in level}
        | {f"{level}0": level for level in _LEVELS if "." not in level}
        | {level.replace(".", ""): level for level in _LEVELS if "." in level}
        | {"auto": None},
    ),
]
Rotation = Annotated[Literal[0, 90, 180, 270], Choice((0, 90, 180, 270))]
Deinterlace = Annotated[Literal["on", "off", "detect"], Choice(("on", "off", "detect"))]


class Video(SettingGroup):
    video_codec_profile: Annotated[Profile, Setting("the H.264 profile", aliases=("h264_profile",))] = "baseline"
    video_codec_level: Annotated[
        Level | None,
        Setting("the H.264 level", absent="the least that holds the stream", aliases=("h264_level",)),
    ] = None
    video_reference_frames: Annotated[
        Annotated[int | Literal["auto"], WholeOrAuto(0, 16)],
        Setting("frames a frame may refer to; auto leaves it to speed", aliases=("h264_reference_frames",)),
    ] = 3
    video_bframes: Annotated[
        Annotated[int, Whole(0, 16)],
        Setting("B-frames in a row; they need profile main or higher", aliases=("h264_bframes",)),
    ] = 0
    rotate: Annotated[
        Rotation | None,
        Setting(
            "turns the coded picture clockwise, in place of what the source says; 0 leaves it as coded",
            absent="what the source says",
        ),
    ] = None
    deinterlace: Annotated[Deinterlace, Setting("makes progressive frames of interlaced ones")] = "detect"
