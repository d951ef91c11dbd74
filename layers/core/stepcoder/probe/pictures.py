"""Reads a still picture that is to be laid over video, and writes it as one plain PNG. Films are inspection.py.

What may be read is what the reference lists (zencoder-api 3.11). Workers then only ever see a PNG of our own making.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from stepcoder.errors import InputError

if TYPE_CHECKING:
    from av import VideoFrame

# Room for any frame of video up to 4096x4096; decoded, such a picture takes 64 MiB.
MOST_PIXELS = 4096 * 4096
_PNG, _GREY_ALPHA, _RGB_ALPHA = b"\x89PNG\r\n\x1a\n", 4, 6
# Markers of JPEG's frame headers. Between them stand DHT (C4), JPG (C8) and DAC (CC).
_FRAME_HEADERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xDA)})


class _Kind(NamedTuple):
    codec: str  # libav's decoder
    size: tuple[int, int]


class StillPicture(NamedTuple):
    """`png` is 8-bit RGBA. Sizes in pixels."""

    png: bytes
    width: int
    height: int


def read_picture(data: bytes, shown: str) -> StillPicture:
    """The picture in a PNG, JPEG or BMP file. `shown` is what sentences call it, such as its URL without secrets.

    Raises InputError: InvalidDownloadedFileTypeError for what is no picture, UnsupportedEncodingError for GIF and the
    kinds of PNG that the reference refuses, InvalidVideoSettingsError for more than 4096x4096 pixels,
    UnreadableFileError for a damaged one.
    """
    try:
        codec, (width, height) = _recognised(data, shown)
    except (struct.error, IndexError):
        raise _damaged(shown) from None
    if width < 1 or height < 1:
        raise _damaged(shown)
    if width * height > MOST_PIXELS:
        size = f"{width}x{height} pixels; it may have as many as 4096x4096"
        raise InputError("InvalidVideoSettingsError", f"The picture {shown} is too large: {size}.")
    frame = _decoded(data, codec, shown)
    return StillPicture(_as_png(frame), frame.width, frame.height)


def _recognised(data: bytes, shown: str) -> _Kind:
    for start, look in _SIGNATURES.items():
        if data.startswith(start):
            return look(data, shown)
    raise InputError("InvalidDownloadedFileTypeError", f"{shown} is no picture: a watermark must be PNG, JPEG or BMP.")


def _png(data: bytes, shown: str) -> _Kind:
    width, height, depth, colours = struct.unpack_from(">IIBB", data, 16)
    refused = {_GREY_ALPHA: "grey with transparency", _RGB_ALPHA: "RGBA of 16 bits" if depth == 16 else ""}
    if kind := refused.get(colours):
        raise InputError(
            "UnsupportedEncodingError",
            f"The picture {shown} is a PNG in {kind}, which can't be a watermark. Save it as RGBA of 8 bits.",
        )
    return _Kind("png", (width, height))


def _gif(data: bytes, shown: str) -> _Kind:
    sentence = f"The picture {shown} is a GIF, which can't be a watermark. Save it as PNG, JPEG or BMP."
    raise InputError("UnsupportedEncodingError", sentence)


def _bmp(data: bytes, shown: str) -> _Kind:
    if struct.unpack_from("<I", data, 14)[0] == 12:  # the header of OS/2 1.x has sides of 16 bits
        return _Kind("bmp", struct.unpack_from("<HH", data, 18))
    width, height = struct.unpack_from("<ii", data, 18)
    return _Kind("bmp", (width, abs(height)))  # negative: written from the top down


def _jpeg(data: bytes, shown: str) -> _Kind:
    at = 2
    while True:
        while data[at] != 0xFF or data[at + 1] in (0x00, 0xFF):
            at += 1
        marker, at = data[at + 1], at + 2
        if marker in _FRAME_HEADERS:
            height, width = struct.unpack_from(">HH", data, at + 3)
            return _Kind("mjpeg", (width, height))
        if marker not in _WITHOUT_LENGTH:
            at += max(2, int(struct.unpack_from(">H", data, at)[0]))


_SIGNATURES: dict[bytes, Callable[[bytes, str], _Kind]] = {
    _PNG: _png,
    b"\xff\xd8": _jpeg,
    b"GIF8": _gif,
    b"BM": _bmp,
}


def _decoded(data: bytes, codec: str, shown: str) -> VideoFrame:
    import av

    # The decoder alone, without a demuxer that might take the file for something else.
    decoder = av.CodecContext.create(codec, "r")
    assert isinstance(decoder, av.VideoCodecContext)  # noqa: S101 - the codecs of _SIGNATURES are all of pictures
    decoder.options = {"max_pixels": str(MOST_PIXELS), "err_detect": "explode"}
    try:
        frames = [*decoder.decode(av.Packet(data)), *decoder.decode(None)]
    except av.FFmpegError:
        raise _damaged(shown) from None
    if not frames:
        raise _damaged(shown)
    return frames[0]


def _damaged(shown: str) -> InputError:
    return InputError("UnreadableFileError", f"The picture {shown} can't be read. It may be damaged.")


def _as_png(frame: VideoFrame) -> bytes:
    from fractions import Fraction

    import av

    encoder = av.CodecContext.create("png", "w")
    assert isinstance(encoder, av.VideoCodecContext)  # noqa: S101
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "rgba"
    encoder.time_base = Fraction(1)
    plain = frame.reformat(format="rgba")
    plain.pts = 0
    return b"".join(bytes(packet) for packet in (*encoder.encode(plain), *encoder.encode(None)))
