"""Frame rate and keyframes of an output (reference 3.7)."""

from __future__ import annotations

from typing import Annotated

from stepcoder.request.setting import Setting, SettingGroup
from stepcoder.request.vocabulary import Frames, FramesPerSecond, PerSecond, YesNo


class FrameRate(SettingGroup):
    frame_rate: Annotated[FramesPerSecond | None, Setting("the frame rate", absent="the source's")] = None
    max_frame_rate: Annotated[FramesPerSecond | None, Setting("lowers a higher frame rate to this")] = None
    keyframe_interval: Annotated[
        Frames | None,
        Setting("at most this many frames from keyframe to keyframe", absent="250", beats=("keyframe_rate",)),
    ] = None
    keyframe_rate: Annotated[PerSecond | None, Setting("at least this many keyframes per second")] = None
    fixed_keyframe_interval: Annotated[YesNo, Setting("no keyframes at scene cuts, only at the interval")] = False
    forced_keyframe_interval: Annotated[
        Frames | None,
        Setting("a keyframe every so many frames, scene cuts besides", beats=("forced_keyframe_rate",)),
    ] = None
    forced_keyframe_rate: Annotated[PerSecond | None, Setting("so many forced keyframes per second")] = None
