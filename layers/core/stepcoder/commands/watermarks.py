"""Pictures laid over one rendition's finished frames. How those frames come to be: cascade.py."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from stepcoder.commands.cascade import taps_of
from stepcoder.commands.source import rational
from stepcoder.plan.geometry import Box
from stepcoder.plan.rendition import Overlay, VideoRendition

# What overlay calls the pixel formats that renditions are encoded in: left alone it would go over 8-bit 4:2:0.
_MIXED_AS = {
    "yuv420p": "yuv420",
    "yuv420p10le": "yuv420p10",
    "yuv422p10le": "yuv422p10",
    "yuv444p": "yuv444",
}


def marked(
    pictures: Sequence[Any], renditions: Sequence[VideoRendition], files: Mapping[str, Path], frame_rate: Fraction
) -> list[Any]:
    """`pictures`, each a rendition's own, with its watermarks; `files` are the images by their names in the workspace.

    An image that several of them show alike is prepared once.
    """
    uses = Counter(_look(overlay) for rendition in renditions for overlay in rendition.watermarks)
    images = {look: taps_of(_image(look, files[look.image], frame_rate), count) for look, count in uses.items()}
    return [_laid(picture, rendition, images) for picture, rendition in zip(pictures, renditions, strict=True)]


def _laid(picture: Any, rendition: VideoRendition, images: Mapping[Overlay, list[Any]]) -> Any:
    for overlay in rendition.watermarks:
        # 4:2:0 can only be laid on even places; what is odd about this one is part of the image (see _image).
        place = {"x": overlay.box.x - overlay.box.x % 2, "y": overlay.box.y - overlay.box.y % 2}
        # An image has one frame, which lies over every frame of the film: overlay repeats it, and that is its default.
        both = [picture, images[_look(overlay)].pop()]
        picture = ffmpeg.filter(both, "overlay", **place, format=_MIXED_AS[rendition.h264.pixel_format])
    return picture


def _look(overlay: Overlay) -> Overlay:
    """What two overlays have in common whose images are prepared alike: all but the even part of their place."""
    box = overlay.box
    return overlay.model_copy(update={"box": Box(width=box.width, height=box.height, x=box.x % 2, y=box.y % 2)})


def _image(look: Overlay, path: Path, frame_rate: Fraction) -> Any:
    """The image as it is laid over a frame: scaled, faded, grown by transparent lines to even sides."""
    # Our own PNG, written when the job was inspected: no other format, and no other file, is to be looked for.
    image = ffmpeg.input(str(path), f="png_pipe", protocol_whitelist="file")["v"]
    image = _faded(_scaled(image, look), look.opacity)
    box = look.box
    width, height = (box.x + box.width + 1) // 2 * 2, (box.y + box.height + 1) // 2 * 2
    if (width, height) != (box.width, box.height):
        image = image.filter("pad", width, height, box.x, box.y, color="black@0")
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
