"""Size and shape of an output's frame (reference 3.5). A thumbnail's own size is in thumbnails.py."""

from __future__ import annotations

from typing import Annotated

from stepcoder.request.setting import Setting, SettingGroup
from stepcoder.request.vocabulary import AspectMode, Pixels, WidthByHeight, YesNo


class Resolution(SettingGroup):
    short_side: Annotated[
        Pixels | None,
        Setting(
            "the shorter side, whichever way the picture stands; the other is rounded up to an even number. An output"
            " that would be larger than the source is skipped, unless upscale is set. A Stepcoder extension",
            beats=("width", "height", "size"),
        ),
    ] = None
    size: Annotated[WidthByHeight | None, Setting("width and height in one", absent="the source's size")] = None
    width: Annotated[
        Pixels | None, Setting("frame width; alone, the height follows the source's shape", beats=("size",))
    ] = None
    height: Annotated[
        Pixels | None, Setting("frame height; alone, the width follows the source's shape", beats=("size",))
    ] = None
    upscale: Annotated[YesNo, Setting("lets a picture grow beyond the source's size")] = False
    aspect_mode: Annotated[
        AspectMode, Setting("what to do when width and height both given have another shape than the source")
    ] = "preserve"


def asked_frame(settled: Resolution) -> tuple[int | None, int | None]:
    """Width and height that a settled output asks for, whether by size or by themselves."""
    return settled.size or (settled.width, settled.height)
