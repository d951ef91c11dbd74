"""How many bits an output may cost (reference 3.6, crf from 3.23)."""

from __future__ import annotations

from typing import Annotated

from stepcoder.request.quantities import Whole
from stepcoder.request.setting import Setting, SettingGroup
from stepcoder.request.vocabulary import Grade, Kbit, Kbps, YesNo


class RateControl(SettingGroup):
    # The reference also names 0: lossless, which no profile but High 4:4:4 Predictive can hold.
    crf: Annotated[
        Annotated[int, Whole(1, 51)] | None,
        Setting("constant quality by the encoder's own scale, lower is better", beats=("quality", "video_bitrate")),
    ] = None
    quality: Annotated[
        Grade | None, Setting("constant quality, 5 is best", absent="3 without a bitrate", beats=("video_bitrate",))
    ] = None
    video_bitrate: Annotated[Kbps | None, Setting("average video bitrate, in two passes")] = None
    one_pass: Annotated[
        YesNo, Setting("spends video_bitrate in a single pass: faster, less exact", aliases=("onepass",))
    ] = False
    max_video_bitrate: Annotated[Kbps | None, Setting("caps the average: encoded again at it if exceeded")] = None
    decoder_bitrate_cap: Annotated[
        Kbps | None, Setting("caps the peak rate into the decoder's buffer (VBV)", aliases=("bitrate_cap",))
    ] = None
    decoder_buffer_size: Annotated[
        Kbit | None, Setting("size of the decoder's buffer (VBV)", aliases=("buffer_size",))
    ] = None
    speed: Annotated[Grade, Setting("encoding speed against compression, 5 is fastest")] = 3
