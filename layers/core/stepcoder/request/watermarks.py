"""Pictures laid over an output's video (reference 3.11). Where exactly they come to lie is plan/watermarks.py."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from typing import Annotated, ClassVar, Literal, NamedTuple

from stepcoder.request.addresses import FileUrl
from stepcoder.request.kinds import Choice, digits
from stepcoder.request.quantities import Number, exact, plain
from stepcoder.request.setting import Kind, Setting, SettingGroup, Wrong

_MOST_PIXELS = 16_384  # a side of the largest H.264 frame
_PERCENT = re.compile(r"([^%]+)%")
_CENTERED = ("centered", "center", "centred")


class Offset(NamedTuple):
    """Where one side of a watermark begins: `amount` in pixels or percent, from the left (top) or the far edge."""

    amount: Fraction
    percent: bool = False
    from_far: bool = False  # counted from the right (bottom) edge to the watermark's own
    centered: bool = False  # whatever the amount

    def __str__(self) -> str:
        if self.centered:
            return "centered"
        return f"{'-' if self.from_far else ''}{_measure(self.amount, self.percent)}"


class Extent(NamedTuple):
    """Width or height of a watermark, in pixels or in percent of the video's."""

    amount: Fraction
    percent: bool = False

    def __str__(self) -> str:
        return _measure(self.amount, self.percent)


class Placing(Kind):
    """A distance from an edge: 10, "5%", "-0" from the far one; or "centered"."""

    noun: ClassVar[str] = "number or string"

    @property
    def allowed(self) -> str:
        return (
            f'a whole number of pixels from -{_MOST_PIXELS} to {_MOST_PIXELS}, a percentage such as "5%", or centered'
        )

    def read(self, value: object) -> Offset:
        if isinstance(value, Offset):
            return value
        text = _text(value)
        if text in _CENTERED:
            return Offset(Fraction(0), centered=True)
        # The sign is read apart from the number: -0 is the far edge itself.
        amount, percent = _amount(text.removeprefix("-"), self.allowed)
        return Offset(amount, percent, from_far=text.startswith("-"))

    def write(self, value: Offset) -> str:
        return str(value)


class Side(Kind):
    """A width or height: 120 or "30%"."""

    noun: ClassVar[str] = "number or string"

    @property
    def allowed(self) -> str:
        return f'a whole number of pixels from 1 to {_MOST_PIXELS}, or a percentage such as "30%"'

    def read(self, value: object) -> Extent:
        if isinstance(value, Extent):
            return value
        amount, percent = _amount(_text(value), self.allowed)
        if amount == 0:
            raise Wrong(self.allowed)
        return Extent(amount, percent)

    def write(self, value: Extent) -> str:
        return str(value)


def _text(value: object) -> str:
    return value.strip().lower() if isinstance(value, str) else digits(value) or ""


def _amount(text: str, allowed: str) -> tuple[Fraction, bool]:
    """Pixels, rounded halves up, or percent. Raises Wrong for what is no number, too large, or has a sign."""
    percent = _PERCENT.fullmatch(text)
    number = exact(percent[1] if percent else text)
    if number is None or number < 0 or text.startswith(("+", "-")):
        raise Wrong(allowed)
    if not percent:
        number = Fraction(math.floor(number + Fraction(1, 2)))
    if number > (100 if percent else _MOST_PIXELS):
        raise Wrong(allowed)
    return number, percent is not None


def _measure(amount: Fraction, percent: bool) -> str:
    if not percent:
        return str(amount)
    # Decimals as they were written, so that what is stored reads back as the same number.
    written = plain(amount)
    return f"{written if exact(written) == amount else amount}%"


class WatermarkRequest(SettingGroup):
    """One picture over the video: PNG, JPEG or BMP, read with the login in its URL or the account's default."""

    level: ClassVar[str] = "watermarks"
    most: ClassVar[int | None] = 4
    too_many: ClassVar[str] = "{path} has more than 4 entries: there is a limit of 4 watermarks per output."
    bare_member: ClassVar[str | None] = "url"

    url: Annotated[Annotated[str, FileUrl()], Setting("URL of the picture")]
    x: Annotated[
        Annotated[Offset, Placing()],
        Setting(
            "distance of its left side from the left edge; negative: of its right side from the right edge, -0 at it",
            absent="-10",
        ),
    ] = Offset(Fraction(10), from_far=True)
    y: Annotated[
        Annotated[Offset, Placing()],
        Setting("the same from the top edge; negative: from the bottom edge", absent="-10"),
    ] = Offset(Fraction(10), from_far=True)
    width: Annotated[
        Annotated[Extent, Side()] | None,
        Setting("its width, percentages of the video's", absent="by height and its own shape; else its own width"),
    ] = None
    height: Annotated[
        Annotated[Extent, Side()] | None,
        Setting("its height, percentages of the video's", absent="by width and its own shape; else its own height"),
    ] = None
    origin: Annotated[
        Annotated[Literal["content", "frame"], Choice(("content", "frame"))],
        Setting("with padding: whether edges and percentages are those of the picture inside or of the whole frame"),
    ] = "content"
    opacity: Annotated[
        Annotated[Fraction, Number(0, 1)], Setting("how solid it is: 0 is invisible, 1 as its file says")
    ] = Fraction(1)


class Watermarks(SettingGroup):
    watermarks: Annotated[
        tuple[WatermarkRequest, ...],
        Setting("pictures laid over the video; thumbnails are without them", aliases=("watermark",)),
    ] = ()
