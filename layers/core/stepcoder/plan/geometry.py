"""Rectangles, and how a source picture becomes an encoded frame. Pure data; dimensions.py decides it."""

from __future__ import annotations

from stepcoder.media import Frozen


class Box(Frozen):
    """A rectangle in pixels."""

    width: int
    height: int
    x: int = 0
    y: int = 0


class Geometry(Frozen):
    """From displayed source picture (rotated) to encoded frame: crop, then scale, then pad. All sizes even."""

    source: Box  # the displayed source picture this starts from: rotated, coded pixels
    crop: Box | None = None  # cut from the source picture
    scale: Box  # scaled to
    pad: Box | None = None  # frame size, with x, y where the scaled picture sits

    @property
    def frame(self) -> Box:
        """The encoded frame's size."""
        return self.pad or self.scale
