"""The scaling cascade: every rendition's picture from one decoded picture, each from the nearest larger one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stepcoder.plan.geometry import Box, Geometry

# How much larger, in both directions, a picture must be to be scaled from, by how often it was scaled already. Each
# scaling blurs a little; from these ratios up no rung loses as much as 0.3 VMAF against scaling from the source.
_LEAST_STEPS = (1.0, 1.45, 1.7)


def cascade(picture: Any, geometries: Sequence[Geometry]) -> list[Any]:
    """A filter branch per geometry, in order; `geometries` are largest first.

    Scaling 1080 → 720 → 480 costs a third less than scaling each from 1080 (encoding.md B.1). A rendition takes the
    last sufficiently larger picture of the same crop, before padding, else the decoded picture itself. A picture that
    was itself enlarged is nobody's source: what it blurred would be lost to a rendition that needs no enlarging.
    """
    parents = _parents(geometries)
    # Taps of the decoded picture are under None, those of each rendition's picture under its index.
    taps: dict[int | None, list[Any]] = {None: taps_of(picture, parents.count(None))}
    branches = []
    for index, geometry in enumerate(geometries):
        above = None if parents[index] is None else geometries[parents[index] or 0]
        taps[index] = taps_of(_scaled(taps[parents[index]].pop(), geometry, above), parents.count(index) + 1)
        branches.append(_padded(taps[index].pop(), geometry))
    return branches


def _parents(geometries: Sequence[Geometry]) -> list[int | None]:
    """For each rendition the one whose picture it is scaled from; None for the decoded picture."""
    parents: list[int | None] = []
    scalings: list[int] = []
    for index, this in enumerate(geometries):
        fit = (above for above in reversed(range(index)) if _serves(geometries[above], this, scalings[above]))
        parent = next(fit, None)
        arriving = (this.crop or this.source) if parent is None else geometries[parent].scale
        parents.append(parent)
        scalings.append((0 if parent is None else scalings[parent]) + (not _same_size(arriving, this.scale)))
    return parents


def _serves(above: Geometry, this: Geometry, scalings: int) -> bool:
    """Whether a rendition's picture, scaled that often, is good enough to make another one's from."""
    if above.crop != this.crop or _enlarged(above):
        return False
    least = _LEAST_STEPS[min(scalings, len(_LEAST_STEPS) - 1)]
    large_enough = above.scale.width >= this.scale.width * least and above.scale.height >= this.scale.height * least
    return large_enough or _same_size(above.scale, this.scale)


def _same_size(one: Box, other: Box) -> bool:
    return (one.width, one.height) == (other.width, other.height)


def _enlarged(geometry: Geometry) -> bool:
    source = geometry.crop or geometry.source
    return geometry.scale.width > source.width and geometry.scale.height > source.height


def taps_of(picture: Any, count: int) -> list[Any]:
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
    if not _same_size(arriving, geometry.scale):
        picture = picture.filter("scale", geometry.scale.width, geometry.scale.height, flags="bicubic")
    # Sizes were decided for square pixels; a leftover aspect flag would stretch the picture again.
    return picture.filter("setsar", "1")


def _padded(picture: Any, geometry: Geometry) -> Any:
    if geometry.pad is None:
        return picture
    pad = geometry.pad
    return picture.filter("pad", pad.width, pad.height, pad.x, pad.y, color="black")
