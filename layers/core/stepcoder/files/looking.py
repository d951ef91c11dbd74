"""What an uploaded file is: a film or a picture, its size and length (videosdk-encoder-api 7, 8). Needs PyAV."""

from __future__ import annotations

from typing import Any

from stepcoder.errors import InputError, InvalidRequest
from stepcoder.files.stored import opened
from stepcoder.media import MediaInfo
from stepcoder.plan.dimensions import picture_of
from stepcoder.probe import probe
from stepcoder.probe.reader import SeekableFile


def look_at_object(bucket: str, key: str) -> dict[str, Any]:
    """Of an object in S3, of which only what is needed is read. Raises as `look_at`, and TryAgain."""
    found = opened(bucket, key)
    if found is None:
        raise InvalidRequest("The file is not there any more.")
    return look_at(*found)


def look_at(file: SeekableFile, size: int) -> dict[str, Any]:
    """`type`, `size` and `meta` of a file. Raises InvalidRequest for what is neither film nor picture."""
    try:
        media = probe(file, size=size)
    except InputError as error:
        raise InvalidRequest(error.message) from None
    if media.video is None:
        # As the vendor's own probe did.
        raise InvalidRequest("The file has no picture: upload a video or an image.")
    return {"type": "image" if media.video.still_image else "video", "size": size, "meta": _meta(media)}


def _meta(media: MediaInfo) -> dict[str, Any]:
    """Sizes as they are shown, turned upright and with square pixels (4.2, note)."""
    assert media.video is not None  # noqa: S101 - the caller looked
    if media.video.still_image:
        return {"format": media.video.ffmpeg_codec}
    picture, pixel_ratio = picture_of(media.video)
    return {
        "format": media.demuxer,
        "width": round(picture.width * pixel_ratio),
        "height": picture.height,
        "duration": round(float(media.duration), 3),
    }
