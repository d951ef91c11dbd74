"""What an uploaded file is: a film or a picture, its size and length (videosdk-encoder-api 7, 8). Needs PyAV."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from stepcoder.errors import InputError, InvalidRequest
from stepcoder.files.stored import opened
from stepcoder.media import VideoStream
from stepcoder.plan.dimensions import picture_of
from stepcoder.probe import probe
from stepcoder.probe.reader import SeekableFile

_PICTURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif"}


def look_at_object(bucket: str, key: str) -> dict[str, Any]:
    """Of an object in S3, of which only what is needed is read. Raises as `look_at`, and TryAgain."""
    found = opened(bucket, key)
    if found is None:
        raise InvalidRequest("The file is not there any more.")
    return look_at(*found)


def look_at(file: SeekableFile, size: int) -> dict[str, Any]:
    """`type`, `size` and `meta` of a file. Raises InvalidRequest for what is neither film nor picture."""
    picture = _picture_format(file.read(12) or b"")
    if picture is not None:
        return {"type": "image", "size": size, "meta": {"format": picture}}
    file.seek(0)
    try:
        media = probe(file, size=size)
    except InputError as error:
        raise InvalidRequest(error.message) from None
    if media.video is None:
        # As the vendor's own probe did.
        raise InvalidRequest("The file has no picture: upload a video or an image.")
    return {"type": "video", "size": size, "meta": _meta(media.demuxer, media.duration, media.video)}


def _picture_format(head: bytes) -> str | None:
    """Of pictures only the kind is told (7), so nothing of them is decoded."""
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    return next((name for start, name in _PICTURES.items() if head.startswith(start)), None)


def _meta(demuxer: str, duration: Fraction, video: VideoStream) -> dict[str, Any]:
    """Sizes as they are shown, turned upright and with square pixels (4.2, note)."""
    picture, pixel_ratio = picture_of(video)
    return {
        "format": demuxer,
        "width": round(picture.width * pixel_ratio),
        "height": picture.height,
        "duration": round(float(duration), 3),
    }
