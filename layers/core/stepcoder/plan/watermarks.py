"""Where watermarks come to lie on a rendition's frame, and what of those that don't fit (zencoder-api 3.11). Pure.

Everything is counted on the displayed picture: turned upright, deinterlaced, cropped and scaled as the output shows it.
Stills are taken from the source, not from the output, so they are without watermarks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

from stepcoder.errors import OutputError
from stepcoder.media import Frozen
from stepcoder.plan.assets import Images, Picture, Unusable
from stepcoder.plan.geometry import Box, Geometry
from stepcoder.plan.rendition import Overlay
from stepcoder.plan.wishes import WatermarkWish
from stepcoder.request.watermarks import Extent, Offset


class Laid(Frozen):
    """The watermarks that are shown, in the order asked for, and a sentence for each that isn't."""

    overlays: tuple[Overlay, ...] = ()
    left_out: tuple[str, ...] = ()


def lay_watermarks(
    wishes: Sequence[WatermarkWish], geometry: Geometry, images: Images, *, strict: bool = False
) -> Laid:
    """The watermarks of one rendition.

    The reference says both that one that does not fit is an error and that it is skipped with a warning: here it is
    the former under `strict`, else the latter. Raises OutputError: DimensionTooSmallError for one scaled to nothing,
    InvalidVideoSettingsError for one that does not fit under `strict`, and the class its image is unusable for.
    """
    overlays: list[Overlay] = []
    left_out: list[str] = []
    for number, wish in enumerate(wishes, 1):
        image = images[wish.url]
        if isinstance(image, Unusable):
            raise OutputError(image.error_class, image.message)
        overlay = _laid(wish, geometry, image)
        problem = _misfit(number, overlay, geometry.frame)
        if problem and strict:
            raise OutputError("InvalidVideoSettingsError", f"{problem[0].upper()}{problem[1:]}.")
        if problem:
            left_out.append(f"{problem} and was left out.")
        else:
            overlays.append(overlay)
    return Laid(overlays=tuple(overlays), left_out=tuple(left_out))


def _laid(wish: WatermarkWish, geometry: Geometry, image: Picture) -> Overlay:
    area = _area(wish, geometry)
    width, height = _size(wish, area, image)
    return Overlay(
        image=image.name,
        natural=Box(width=image.width, height=image.height),
        box=Box(
            width=width,
            height=height,
            x=area.x + _start(wish.x, area.width, width),
            y=area.y + _start(wish.y, area.height, height),
        ),
        opacity=wish.opacity,
    )


def _area(wish: WatermarkWish, geometry: Geometry) -> Box:
    """What edges and percentages are those of: with padding the picture within it, unless the frame is asked for."""
    if geometry.pad is None or wish.origin == "frame":
        return Box(width=geometry.frame.width, height=geometry.frame.height)
    return Box(width=geometry.scale.width, height=geometry.scale.height, x=geometry.pad.x, y=geometry.pad.y)


def _size(wish: WatermarkWish, area: Box, image: Picture) -> tuple[int, int]:
    width = _extent(wish.width, area.width)
    height = _extent(wish.height, area.height)
    if width is None and height is None:
        width, height = Fraction(image.width), Fraction(image.height)
    elif width is None:
        assert height is not None  # noqa: S101 - one of them is given
        width = height * image.width / image.height
    elif height is None:
        height = width * image.height / image.width
    size = round(width), round(height)
    if 0 in size:
        raise OutputError(
            "DimensionTooSmallError",
            f"A watermark would be scaled to {float(width):.2g}x{float(height):.2g} pixels, which is less than one.",
        )
    return size


def _extent(asked: Extent | None, whole: int) -> Fraction | None:
    if asked is None:
        return None
    return asked.amount * whole / 100 if asked.percent else asked.amount


def _start(asked: Offset, whole: int, size: int) -> int:
    if asked.centered:
        return math.floor(Fraction(whole - size, 2))
    distance = round(asked.amount * whole / 100 if asked.percent else asked.amount)
    return whole - size - distance if asked.from_far else distance


def _misfit(number: int, overlay: Overlay, frame: Box) -> str | None:
    box = overlay.box
    if box.x >= 0 and box.y >= 0 and box.x + box.width <= frame.width and box.y + box.height <= frame.height:
        return None
    place = f"{box.width}x{box.height} at {box.x}, {box.y}"
    return f"watermark {number} does not fit into the frame of {frame.width}x{frame.height} ({place})"
