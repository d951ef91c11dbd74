"""Pictures laid over one rendition's finished frames. How those frames come to be: cascade.py."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from stepcoder.commands.source import rational
from stepcoder.plan.rendition import Overlay, VideoRendition

# What overlay calls the pixel formats that renditions are encoded in: left alone it would go over 8-bit 4:2:0.
_MIXED_AS = {
    "yuv420p": "yuv420",
    "yuv420p10le": "yuv420p10",
    "yuv422p10le": "yuv422p10",
    "yuv444p": "yuv444",
}


def marked(picture: Any, rendition: VideoRendition, files: Mapping[str, Path], frame_rate: Fraction) -> Any:
    """`picture`, the rendition's own, with its watermarks; `files` are the images by their names in the workspace."""
    for overlay in rendition.watermarks:
        image = _image(overlay, files[overlay.image], frame_rate)
        # 4:2:0 can only be laid on even places; what is odd about this one is part of the image (see _image).
        box = overlay.box
        place = {"x": box.x - box.x % 2, "y": box.y - box.y % 2}
        # An image has one frame, which lies over every frame of the film: overlay repeats it, and that is its default.
        picture = ffmpeg.filter([picture, image], "overlay", **place, format=_MIXED_AS[rendition.h264.pixel_format])
    return picture


def _image(overlay: Overlay, path: Path, frame_rate: Fraction) -> Any:
    """The image as it is laid over a frame: scaled, faded, grown by transparent lines to even sides."""
    # Our own PNG, written when the job was inspected: no other format, and no other file, is to be looked for.
    image = ffmpeg.input(str(path), f="png_pipe", protocol_whitelist="file")["v"]
    image = _faded(_scaled(image, overlay), overlay.opacity)
    box = overlay.box
    left, top = box.x % 2, box.y % 2
    width, height = (left + box.width + 1) // 2 * 2, (top + box.height + 1) // 2 * 2
    if (width, height) != (box.width, box.height):
        image = image.filter("pad", width, height, left, top, color="black@0")
    # Up to here in RGB: the picture's own colour matrix and range are settled between this and overlay.
    image = image.filter("format", "rgba")
    # In the film's time base, so that overlay has no finer one to choose: a frame's time stays its number.
    return image.filter("settb", rational(1 / frame_rate))


def _scaled(image: Any, overlay: Overlay) -> Any:
    box, natural = overlay.box, overlay.natural
    if (box.width, box.height) == (natural.width, natural.height):
        return image
    # Scaled as light: or else the colour that invisible pixels happen to have would show as a rim around the rest.
    image = image.filter("format", "gbrap").filter("premultiply", inplace=1)
    image = image.filter("scale", box.width, box.height, flags="bicubic")
    return image.filter("unpremultiply", inplace=1)


def _faded(image: Any, opacity: Fraction) -> Any:
    return image if opacity == 1 else image.filter("colorchannelmixer", aa=f"{float(opacity):.6f}")
