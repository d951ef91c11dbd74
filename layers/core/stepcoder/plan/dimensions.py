"""Frame size: from the source picture and the size settings to crop, scale and pad (zencoder-api 3.5). Pure."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from typing import Literal

from stepcoder.media import Frozen, VideoStream
from stepcoder.plan.geometry import Box, Geometry

AspectMode = Literal["preserve", "stretch", "crop", "pad"]


class SourceTooSmall(Exception):
    """The short side asked for is longer than the source's, and the picture may not grow."""


class Wanted(Frozen):
    """The size settings after precedence: width/height have already won over size (or lost, for thumbnails)."""

    short_side: int | None = None  # wins over both
    width: int | None = None
    height: int | None = None
    aspect_mode: AspectMode = "preserve"
    upscale: bool = False


def picture_of(video: VideoStream, rotate: int | None = None) -> tuple[Box, Fraction]:
    """The picture as decoded and turned upright (or by `rotate` degrees), and the width:height ratio of its pixels."""
    if (video.rotation if rotate is None else rotate) in (90, 270):
        return Box(width=video.height, height=video.width), 1 / video.sample_aspect_ratio
    return Box(width=video.width, height=video.height), video.sample_aspect_ratio


def decide_geometry(picture: Box, pixel_ratio: Fraction, wanted: Wanted) -> Geometry:
    """How `picture` (in coded pixels of the given ratio) becomes a frame of square pixels; every size is even.

    Raises SourceTooSmall.
    """
    natural_width, natural_height = Fraction(picture.width) * pixel_ratio, Fraction(picture.height)
    if wanted.short_side is not None:
        return Geometry(source=picture, scale=_by_short_side(natural_width, natural_height, wanted))
    if wanted.width is None and wanted.height is None:
        return Geometry(source=picture, scale=_even_box(natural_width, natural_height))
    if wanted.width is None or wanted.height is None:
        return Geometry(source=picture, scale=_by_one_side(natural_width, natural_height, wanted))
    if wanted.aspect_mode == "stretch":
        return Geometry(source=picture, scale=_stretched(natural_width, natural_height, wanted))
    if wanted.aspect_mode == "crop":
        return _cropped(picture, pixel_ratio, wanted)
    fitted = _fitted(natural_width, natural_height, wanted)
    if wanted.aspect_mode == "pad":
        return Geometry(source=picture, scale=fitted, pad=_padded(fitted, wanted))
    return Geometry(source=picture, scale=fitted)


def _even(value: Fraction | int) -> int:
    # Reference 3.5: codecs need even numbers, round down; 2 is the least 4:2:0 can hold.
    return max(2, int(value) // 2 * 2)


def _even_box(width: Fraction, height: Fraction) -> Box:
    return Box(width=_even(width), height=_even(height))


def _by_one_side(width: Fraction, height: Fraction, wanted: Wanted) -> Box:
    scale = Fraction(wanted.width) / width if wanted.width else Fraction(wanted.height or 0) / height
    return _scaled(width, height, scale, wanted)


def _by_short_side(width: Fraction, height: Fraction, wanted: Wanted) -> Box:
    """The long side rounded up to an even number, as VideoSDK's material shows it (videosdk-encoder-api 4.2)."""
    short, long = Fraction(wanted.short_side or 0), max(width, height) * (wanted.short_side or 0) / min(width, height)
    if short > min(width, height) and not wanted.upscale:
        raise SourceTooSmall
    even_long = ceil(long / 2) * 2
    across, along = (even_long, _even(short)) if width >= height else (_even(short), even_long)
    return Box(width=across, height=along)


def _fitted(width: Fraction, height: Fraction, wanted: Wanted) -> Box:
    assert wanted.width is not None and wanted.height is not None  # noqa: S101 - both given in these modes
    return _scaled(width, height, min(wanted.width / width, wanted.height / height), wanted)


def _scaled(width: Fraction, height: Fraction, scale: Fraction, wanted: Wanted) -> Box:
    if not wanted.upscale:
        scale = min(scale, Fraction(1))
    return _even_box(width * scale, height * scale)


def _stretched(width: Fraction, height: Fraction, wanted: Wanted) -> Box:
    target_width, target_height = Fraction(wanted.width or 0), Fraction(wanted.height or 0)
    if wanted.upscale:
        return _even_box(target_width, target_height)
    return _even_box(min(target_width, width), min(target_height, height))


def _padded(fitted: Box, wanted: Wanted) -> Box:
    frame = _even_box(Fraction(wanted.width or 0), Fraction(wanted.height or 0))
    # Even offsets keep the chroma samples of a 4:2:0 picture where they belong.
    x, y = (frame.width - fitted.width) // 4 * 2, (frame.height - fitted.height) // 4 * 2
    return Box(width=max(frame.width, fitted.width), height=max(frame.height, fitted.height), x=max(0, x), y=max(0, y))


def _cropped(picture: Box, pixel_ratio: Fraction, wanted: Wanted) -> Geometry:
    target = Fraction(wanted.width or 0), Fraction(wanted.height or 0)
    natural_width, natural_height = Fraction(picture.width) * pixel_ratio, Fraction(picture.height)
    ratio = target[0] / target[1]
    kept_width = min(natural_width, natural_height * ratio)
    kept_height = min(natural_height, natural_width / ratio)
    crop_width, crop_height = _even(kept_width / pixel_ratio), _even(kept_height)
    crop = Box(
        width=crop_width,
        height=crop_height,
        x=(picture.width - crop_width) // 4 * 2,
        y=(picture.height - crop_height) // 4 * 2,
    )
    grows = target[0] > kept_width
    scale = _even_box(kept_width, kept_height) if grows and not wanted.upscale else _even_box(*target)
    return Geometry(source=picture, crop=crop, scale=scale)
