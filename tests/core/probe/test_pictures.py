"""Which pictures may be watermarks, what they become, and which sentence the others get."""

from __future__ import annotations

import struct
import subprocess
import zlib
from collections.abc import Callable
from io import BytesIO

import av
import pytest

from stepcoder.errors import InputError
from stepcoder.probe.pictures import StillPicture, read_picture
from tests.clips.cache import ffmpeg

CODECS = {"png": "png", "jpg": "mjpeg", "bmp": "bmp", "gif": "gif"}
SHOWN = "https://media.example/logo"


def picture(format_name: str, pixels: str, colour: str = "red", size: str = "31x21") -> bytes:
    argv = [ffmpeg(), "-v", "error", "-f", "lavfi", "-i", f"color=c={colour}:s={size},format=rgba", "-frames:v", "1"]
    argv += ["-pix_fmt", pixels, "-c:v", CODECS[format_name], "-f", "image2pipe", "-"]
    return subprocess.run(argv, capture_output=True, check=True, timeout=20).stdout


def middle(still: StillPicture) -> tuple[int, ...]:
    """RGBA of the pixel in the middle of the PNG that was written."""
    with av.open(BytesIO(still.png), format="png_pipe") as container:
        frame = next(container.decode(video=0))
    assert (frame.format.name, frame.width, frame.height) == ("rgba", still.width, still.height)
    plane = frame.planes[0]
    at = frame.height // 2 * plane.line_size + 4 * (frame.width // 2)
    return tuple(bytes(plane)[at : at + 4])


def near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= 4 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("format_name", "pixels"),
    [
        ("png", "rgb24"), ("png", "rgba"), ("png", "pal8"), ("png", "rgb48be"), ("bmp", "bgr24"), ("bmp", "bgra"),
        ("jpg", "yuvj420p"), ("jpg", "yuvj444p"),
    ],
)  # fmt: skip
def test_the_kinds_of_the_reference_are_read(format_name: str, pixels: str) -> None:
    still = read_picture(picture(format_name, pixels), SHOWN)
    assert (still.width, still.height) == (31, 21)
    assert near(middle(still), (255, 0, 0, 255))


@pytest.mark.parametrize("pixels", ["gray", "gray16be", "monob"])
def test_grey_ones_too(pixels: str) -> None:
    assert near(middle(read_picture(picture("png", pixels, "white"), SHOWN)), (255, 255, 255, 255))


def indexed() -> bytes:
    """A PNG of one pixel, whose colour and transparency stand in tables."""
    parts = {b"IHDR": struct.pack(">IIBBBBB", 1, 1, 8, 3, 0, 0, 0), b"PLTE": b"\x00\xff\x00", b"tRNS": b"\x40"}
    parts |= {b"IDAT": zlib.compress(b"\x00\x00"), b"IEND": b""}
    chunks = (struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
              for name, body in parts.items())  # fmt: skip
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_transparency_is_kept_and_full_range_is_full_range() -> None:
    assert near(middle(read_picture(picture("png", "rgba", "blue@0.5"), SHOWN)), (0, 0, 255, 128))
    assert middle(read_picture(indexed(), SHOWN)) == (0, 255, 0, 64)
    assert near(middle(read_picture(picture("jpg", "yuvj420p", "white"), SHOWN)), (255, 255, 255, 255))


@pytest.mark.parametrize(
    ("format_name", "pixels", "kind"),
    [
        ("png", "ya8", "a PNG in grey with transparency"),
        ("png", "ya16be", "a PNG in grey with transparency"),
        ("png", "rgba64be", "a PNG in RGBA of 16 bits"),
        ("gif", "pal8", "a GIF"),
    ],
)
def test_the_kinds_it_refuses_are_refused_by_name(format_name: str, pixels: str, kind: str) -> None:
    with pytest.raises(InputError, match=f"{SHOWN} is {kind}, which can't be a watermark") as caught:
        read_picture(picture(format_name, pixels), SHOWN)
    assert caught.value.error_class == "UnsupportedEncodingError"


@pytest.mark.parametrize(
    "data", [b"", b"<html><body>Not here</body></html>", b"RIFF\x00\x00\x00\x00WEBPVP8 ", b"\x00" * 99]
)
def test_what_is_no_picture_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(InputError, match=f"{SHOWN} is no picture") as caught:
        read_picture(data, SHOWN)
    assert caught.value.error_class == "InvalidDownloadedFileTypeError"


def shortened(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def trampled(data: bytes) -> bytes:
    """Noise over the first compressed bytes."""
    at = data.index(b"IDAT") + 8
    return data[:at] + bytes(range(7, 47)) + data[at + 40 :]


@pytest.mark.parametrize("damage", [shortened, trampled])
def test_a_damaged_one_is_unreadable(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(InputError) as caught:
        read_picture(damage(picture("png", "rgba", size="100x90")), SHOWN)
    assert caught.value.error_class == "UnreadableFileError"


@pytest.mark.parametrize(
    "start", [b"BM", b"\x89PNG\r\n\x1a\n", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00\x00", b"\xff\xd8" * 9]
)
def test_a_header_without_the_rest_is_unreadable(start: bytes) -> None:
    with pytest.raises(InputError) as caught:
        read_picture(start, SHOWN)
    assert caught.value.error_class == "UnreadableFileError"


def enlarged_png() -> bytes:
    data = picture("png", "rgba")
    return data[:16] + struct.pack(">II", 5000, 4000) + data[24:]


def enlarged_jpeg() -> bytes:
    data = picture("jpg", "yuvj420p")
    at = data.index(b"\xff\xc0") + 5
    return data[:at] + struct.pack(">HH", 4000, 5000) + data[at + 4 :]


def enlarged_bmp() -> bytes:
    data = picture("bmp", "bgra")
    return data[:18] + struct.pack("<ii", 5000, -4000) + data[26:]


@pytest.mark.parametrize("made", [enlarged_png, enlarged_jpeg, enlarged_bmp])
def test_too_many_pixels_are_refused_before_they_are_decoded(made: Callable[[], bytes]) -> None:
    with pytest.raises(InputError, match="5000x4000 pixels; it may have as many as 4096x4096") as caught:
        read_picture(made(), SHOWN)
    assert caught.value.error_class == "InvalidVideoSettingsError"
