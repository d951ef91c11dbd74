"""Sets of still pictures beside an output (reference 3.10)."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from stepcoder.request.addresses import FileName, OutputUrl
from stepcoder.request.kinds import Choice
from stepcoder.request.quantities import Moments, Number, Whole
from stepcoder.request.setting import Setting, SettingGroup
from stepcoder.request.storing import StillStoring
from stepcoder.request.vocabulary import AspectMode, Line, Pixels, WidthByHeight, YesNo


class ThumbnailRequest(StillStoring):
    """One set.

    The reference leaves open what several of number, interval and times together mean, and what none means. Here the
    more exact one wins, and none is one picture from the middle.
    """

    level: ClassVar[str] = "thumbnails"

    label: Annotated[Line | None, Setting("names the set; needed when there are several")] = None
    format: Annotated[
        Annotated[Literal["png", "jpg", "webp"], Choice(("png", "jpg", "webp"), same_as={"jpeg": "jpg"})],
        Setting("picture format; webp is a Stepcoder extension"),
    ] = "png"
    filter: Annotated[
        Annotated[Literal["none", "blur"], Choice(("none", "blur"))],
        Setting("blur makes a soft placeholder of the picture. A Stepcoder extension"),
    ] = "none"
    times: Annotated[
        Annotated[tuple[Fraction, ...], Moments()],
        Setting("takes a picture at each of these seconds", beats=("interval", "number")),
    ] = ()
    interval: Annotated[
        Annotated[Fraction, Number(0, 86_400, "seconds", above=True)] | None,
        Setting("takes a picture every so many seconds", beats=("number",)),
    ] = None
    number: Annotated[
        Annotated[int, Whole(1, 100_000)] | None,
        Setting("takes this many, evenly spaced; capture stops at 100", absent="1 without interval and times"),
    ] = None
    start_at_first_frame: Annotated[YesNo, Setting("with number: the first picture is the first frame")] = False
    short_side: Annotated[
        Pixels | None,
        Setting(
            "the shorter side, measured on the source; a set that would be larger than the source is left out."
            " A Stepcoder extension",
            beats=("size", "width", "height"),
        ),
    ] = None
    size: Annotated[
        WidthByHeight | None, Setting("width and height in one", absent="the output's size", beats=("width", "height"))
    ] = None
    width: Annotated[Pixels | None, Setting("picture width")] = None
    height: Annotated[Pixels | None, Setting("picture height")] = None
    aspect_mode: Annotated[
        AspectMode, Setting("what to do when width and height both given have another shape than the output")
    ] = "preserve"
    base_url: Annotated[
        Annotated[str, OutputUrl(directory=True)] | None,
        Setting("the directory the pictures go to", absent="temporary storage"),
    ] = None
    credentials: Annotated[
        Line | None,
        Setting("nickname of the saved credentials to deliver with", absent="the account's default of the URL's type"),
    ] = None
    prefix: Annotated[
        Annotated[str, FileName(200, whole=False)], Setting("file names begin with this: prefix_0000.png")
    ] = "frame"


class Thumbnails(SettingGroup):
    thumbnails: Annotated[
        tuple[ThumbnailRequest, ...], Setting("sets of still pictures to take besides", aliases=("thumbnail",))
    ] = ()


def asked_picture(settled: ThumbnailRequest) -> tuple[int | None, int | None]:
    """Width and height that a settled set asks for, whether by size or by themselves."""
    return settled.size or (settled.width, settled.height)
