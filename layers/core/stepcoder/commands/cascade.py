"""The scaling cascade: every rendition's picture from one decoded picture, each from the nearest larger one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stepcoder.plan.geometry import Geometry

# Scaling from the picture above is cheap but adds a little blur each time; from this ratio up it does not show (VMAF).
_LEAST_STEP = 1.0


def cascade(picture: Any, geometries: Sequence[Geometry]) -> list[Any]:
    """A filter branch per geometry, in order; `geometries` are largest first.

    Scaling 1080 → 720 → 480 costs a third less than scaling each from 1080 (encoding.md B.1). A rendition takes the
    last larger picture of the same crop, before padding, else the decoded picture itself. A picture that was itself
    enlarged is nobody's source: what it blurred would be lost to a rendition that needs no enlarging.
    """
    parents = [_parent(geometries, index) for index in range(len(geometries))]
    # Taps of the decoded picture are under None, those of each rendition's picture under its index.
    taps: dict[int | None, list[Any]] = {None: _taps(picture, parents.count(None))}
    branches = []
    for index, geometry in enumerate(geometries):
        above = None if parents[index] is None else geometries[parents[index] or 0]
        taps[index] = _taps(_scaled(taps[parents[index]].pop(), geometry, above), parents.count(index) + 1)
        branches.append(_padded(taps[index].pop(), geometry))
    return branches


def _parent(geometries: Sequence[Geometry], index: int) -> int | None:
    this = geometries[index]
    for candidate in range(index - 1, -1, -1):
        above = geometries[candidate]
        if (
            above.crop == this.crop
            and not _enlarged(above)
            and above.scale.width >= this.scale.width * _LEAST_STEP
            and above.scale.height >= this.scale.height * _LEAST_STEP
        ):
            return candidate
    return None


def _enlarged(geometry: Geometry) -> bool:
    source = geometry.crop or geometry.source
    return geometry.scale.width > source.width and geometry.scale.height > source.height


def _taps(picture: Any, count: int) -> list[Any]:
    """As many uses of one picture as are needed; a filter's output may be used only once."""
    if count < 2:
        return [picture]
    split = picture.filter_multi_output("split", count)
    return [split[index] for index in range(count)]


def _scaled(picture: Any, geometry: Geometry, above: Geometry | None) -> Any:
    arriving = above.scale if above else geometry.source
    if above is None and geometry.crop is not None:
        crop = geometry.crop
        picture, arriving = picture.filter("crop", crop.width, crop.height, crop.x, crop.y, exact=1), crop
    if (arriving.width, arriving.height) != (geometry.scale.width, geometry.scale.height):
        picture = picture.filter("scale", geometry.scale.width, geometry.scale.height, flags="bicubic")
    # Sizes were decided for square pixels; a leftover aspect flag would stretch the picture again.
    return picture.filter("setsar", "1")


def _padded(picture: Any, geometry: Geometry) -> Any:
    if geometry.pad is None:
        return picture
    pad = geometry.pad
    return picture.filter("pad", pad.width, pad.height, pad.x, pad.y, color="black")
