"""How audio is encoded (reference 3.6, 3.9)."""

from __future__ import annotations

from typing import Annotated, Literal

from stepcoder.request.kinds import Choice
from stepcoder.request.setting import Setting, SettingGroup
from stepcoder.request.vocabulary import Grade, Kbps, SampleRate

Channels = Annotated[Literal[1, 2], Choice((1, 2), later=(6,))]


class Audio(SettingGroup):
    audio_quality: Annotated[
        Grade | None,
        Setting("bitrate by quality, 5 is best", absent="3 without a bitrate", beats=("audio_bitrate",)),
    ] = None
    audio_bitrate: Annotated[Kbps | None, Setting("bitrate of all channels together")] = None
    audio_sample_rate: Annotated[SampleRate | None, Setting("samples per second (Hz)", absent="the source's")] = None
    max_audio_sample_rate: Annotated[SampleRate | None, Setting("lowers a higher sample rate to this (Hz)")] = None
    audio_channels: Annotated[Channels | None, Setting("mono or stereo", absent="1 if the source is mono, else 2")] = (
        None
    )
