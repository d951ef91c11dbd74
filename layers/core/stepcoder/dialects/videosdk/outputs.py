"""From what a VideoSDK job asks to one Zencoder-shaped job, and what its parts are called here (12). Pure.

Names of files are drawn: without a place of their own for the public, they are all that keeps strangers out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any, NamedTuple

from stepcoder.dialects.videosdk.asked import Asked, seconds
from stepcoder.dialects.videosdk.keys import IMAGES, PLAYLIST, video_key
from stepcoder.dialects.videosdk.resolutions import short_side

NAME_BYTES = 12  # 24 hexadecimal digits
_SEGMENT_SECONDS = 6
_LONGEST_PASS_THROUGH = 255

DrawName = Callable[[int], str]  # as secrets.token_hex: so many random bytes, in hex


class Shaped(NamedTuple):
    """`body` as POST /jobs takes it. `parts`: one entry for each output, `images`: for each still, as they are told.

    A part is {preset, resolution, name, role}, its role file, rung or playlist; an image {thumbnail, resolution,
    format, filter, name}. They are kept with the job.
    """

    body: dict[str, Any]
    parts: list[dict[str, Any]]
    images: list[dict[str, Any]]


def shaped(asked: Asked, source: str, bucket: str, draw: DrawName) -> Shaped:
    """`source` is the URL of the file to encode, `bucket` where the results go."""
    outputs: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    for index, preset in enumerate(asked.presets):
        made = (
            _playlist(index, preset, bucket, draw) if preset["format"] == "hls" else _files(index, preset, bucket, draw)
        )
        for output, part in made:
            outputs.append(output)
            parts.append({"preset": index, **part})
    images = list(_images(asked, draw))
    if images:
        # The smallest is made of every source that anything is made of.
        carrier = min((each for each in outputs if "short_side" in each), key=lambda each: int(each["short_side"]))
        carrier["thumbnails"] = [_still(asked, image, bucket) for image in images]
    body = {"input": source, "outputs": outputs, **_extras(asked)}
    return Shaped(body, parts, images)


Made = Iterator[tuple[dict[str, Any], dict[str, Any]]]


def _files(index: int, preset: dict[str, Any], bucket: str, draw: DrawName) -> Made:
    for number, resolution in enumerate(preset["resolutions"]):
        name = draw(NAME_BYTES)
        output = {
            "label": f"{index}-{number}",
            "url": f"s3://{bucket}/{video_key(name)}.mp4",
            **_picture(resolution),
        }
        yield output, {"role": "file", "resolution": resolution, "name": name}


def _playlist(index: int, preset: dict[str, Any], bucket: str, draw: DrawName) -> Made:
    name = draw(NAME_BYTES)
    folder = f"s3://{bucket}/{video_key(name)}"
    streams = []
    for number, resolution in enumerate(preset["resolutions"]):
        label, path = f"{index}-{number}", f"{short_side(resolution)}p.m3u8"
        streams.append({"source": label, "path": path})
        output = {
            "type": "segmented",
            "label": label,
            "url": f"{folder}/{path}",
            "segment_seconds": _SEGMENT_SECONDS,
            **_picture(resolution),
        }
        yield output, {"role": "rung", "resolution": resolution, "name": name}
    playlist = {"type": "playlist", "label": f"{index}-playlist", "url": f"{folder}/{PLAYLIST}", "streams": streams}
    yield playlist, {"role": "playlist", "resolution": None, "name": name}


def _picture(resolution: object) -> dict[str, Any]:
    # High: whatever plays HLS or MP4 on the web today decodes it, and it saves a fifth against the baseline profile.
    return {"short_side": short_side(resolution), "video_codec_profile": "high"}


def _images(asked: Asked, draw: DrawName) -> Iterator[dict[str, Any]]:
    """In the order they are told in: formats outside, filters inside (7, rule 5)."""
    for index, entry in enumerate(asked.thumbnails):
        ways = product(entry["resolutions"], entry["formats"], entry.get("filters") or ["none"])
        for resolution, extension, effect in ways:
            yield {
                "thumbnail": index,
                "resolution": resolution,
                "format": extension,
                "filter": effect,
                "name": draw(NAME_BYTES),
            }


def _still(asked: Asked, image: dict[str, Any], bucket: str) -> dict[str, Any]:
    return {
        "label": image["name"],
        "prefix": image["name"],
        "base_url": f"s3://{bucket}/{IMAGES}",
        "times": [seconds(asked.thumbnails[image["thumbnail"]]["timestamp"])],
        "short_side": short_side(image["resolution"]),
        "format": image["format"],
        "filter": image["filter"],
    }


def _extras(asked: Asked) -> dict[str, Any]:
    """What Zencoder's answers show of it: the user's data, if it fits there."""
    extras: dict[str, Any] = {"notifications": [asked.webhook_url]} if asked.webhook_url else {}
    if asked.user_data is not None:
        text = json.dumps(asked.user_data, ensure_ascii=False, separators=(",", ":"))
        extras |= {"pass_through": text} if len(text) <= _LONGEST_PASS_THROUGH else {}
    return extras
