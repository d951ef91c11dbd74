"""What a body of POST /v1/encoder/jobs asks for, checked and as it was spelled (videosdk-encoder-api 4.1). Pure.

Making Zencoder-shaped outputs of it is outputs.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from stepcoder.dialects.videosdk.refusals import Code, InvalidBody, Problem
from stepcoder.dialects.videosdk.resolutions import ALLOWED, short_side
from stepcoder.request.addresses import InputUrl, NotificationAddress
from stepcoder.request.problems import shown
from stepcoder.request.setting import Kind, Wrong

PRESET_FORMATS = ("hls", "mp4")
IMAGE_FORMATS = ("jpg", "webp")
FILTERS = ("none", "blur")
MOST_OUTPUTS = 20  # of the job model; an hls preset needs one more than it has resolutions
MOST_IMAGES = 200
LONGEST_USER_DATA = 16 * 1024  # bytes as JSON

_TIMESTAMP = re.compile(r"([0-9]{2}):([0-5][0-9]):([0-5][0-9])", re.ASCII)
_WEB = re.compile(r"\s*https?://", re.IGNORECASE)
_WORDS: Mapping[str, tuple[str, ...]] = {"formats": IMAGE_FORMATS, "filters": FILTERS}


@dataclass(frozen=True)
class Asked:
    """Presets and thumbnails hold their documented members, in the customer's own spelling."""

    presets: tuple[dict[str, Any], ...]
    thumbnails: tuple[dict[str, Any], ...] = ()
    video_id: str | None = None
    video_url: str | None = None
    webhook_url: str | None = None
    user_data: dict[str, Any] | None = None


def asked(body: Mapping[str, Any]) -> Asked:
    """Raises InvalidBody with every problem. Unknown members are ignored, null is as good as absent."""
    given = {name: value for name, value in body.items() if value is not None}
    problems = [*_source(given), *_presets(given), *_thumbnails(given), *_addresses(given), *_user_data(given)]
    if problems:
        raise InvalidBody(problems)
    return Asked(
        presets=tuple(_members(each, ("format", "resolutions")) for each in given["presets"]),
        thumbnails=tuple(
            _members(each, ("timestamp", "resolutions", "formats", "filters")) for each in given.get("thumbnails", ())
        ),
        video_id=given.get("videoId"),
        video_url=given.get("videoUrl"),
        webhook_url=given.get("webhookUrl"),
        user_data=given.get("userData"),
    )


def seconds(timestamp: str) -> int:
    """Of a timestamp that was found right."""
    hours, minutes, rest = (int(part) for part in timestamp.split(":"))
    return hours * 3600 + minutes * 60 + rest


def _members(entry: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: entry[name] for name in names if entry.get(name) is not None}


def _source(given: Mapping[str, Any]) -> Iterator[Problem]:
    if "videoId" not in given and "videoUrl" not in given:
        yield Problem("videoId", "required", "videoId or videoUrl is required.")
    if "videoId" in given and "videoUrl" in given:
        yield Problem("videoUrl", "conflict", "videoId and videoUrl are both given: send one of them.")
    if "videoId" in given and not _is_object_id(given["videoId"]):
        yield _invalid("videoId", given["videoId"], "the id of an uploaded file, 24 hexadecimal digits")


def _is_object_id(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch("[0-9a-fA-F]{24}", value) is not None


def _presets(given: Mapping[str, Any]) -> Iterator[Problem]:
    presets = given.get("presets")
    if not isinstance(presets, list) or not presets:
        yield _needed("presets", presets, "a list of one preset or more")
        return
    outputs = 0
    for index, preset in enumerate(presets):
        path = f"presets[{index}]"
        if not isinstance(preset, dict):
            yield _invalid(path, preset, "an object with format and resolutions")
            continue
        if preset.get("format") not in PRESET_FORMATS:
            yield _needed(f"{path}.format", preset.get("format"), _listing(PRESET_FORMATS))
        yield from _resolutions(path, preset.get("resolutions"))
        if isinstance(preset.get("resolutions"), list):
            outputs += len(preset["resolutions"]) + (preset.get("format") == "hls")
    if outputs > MOST_OUTPUTS:
        sentence = f"The presets make {outputs} files, an hls preset one more than it has resolutions: {MOST_OUTPUTS}"
        yield Problem("presets", "too_many", f"{sentence} are the most.")


def _resolutions(path: str, names: object) -> Iterator[Problem]:
    path = f"{path}.resolutions"
    if not isinstance(names, list) or not names:
        yield _needed(path, names, "a list of one resolution or more")
        return
    seen: set[int] = set()
    for index, name in enumerate(names):
        side = short_side(name)
        if side is None:
            yield _invalid(f"{path}[{index}]", name, ALLOWED)
        elif side in seen:
            yield Problem(f"{path}[{index}]", "conflict", f"{path}[{index}] is {shown(name)}, which is there already.")
        else:
            seen.add(side)


def _thumbnails(given: Mapping[str, Any]) -> Iterator[Problem]:
    thumbnails = given.get("thumbnails", [])
    if not isinstance(thumbnails, list):
        yield _invalid("thumbnails", thumbnails, "a list")
        return
    images = 0
    for index, entry in enumerate(thumbnails):
        path = f"thumbnails[{index}]"
        if not isinstance(entry, dict):
            yield _invalid(path, entry, "an object with timestamp, resolutions and formats")
            continue
        timestamp = entry.get("timestamp")
        if not isinstance(timestamp, str) or not _TIMESTAMP.fullmatch(timestamp):
            yield _needed(f"{path}.timestamp", timestamp, "a time written as HH:MM:SS")
        yield from _resolutions(path, entry.get("resolutions"))
        yield from _words(path, "formats", entry.get("formats"))
        if entry.get("filters") is not None:
            yield from _words(path, "filters", entry["filters"])
        images += _images(entry)
    if images > MOST_IMAGES:
        yield Problem("thumbnails", "too_many", f"The thumbnails make {images} images: {MOST_IMAGES} are the most.")


def _images(entry: Mapping[str, Any]) -> int:
    lists = (entry.get(name) or ["none"] for name in ("resolutions", "formats", "filters"))
    count = 1
    for each in lists:
        count *= len(each) if isinstance(each, list) else 1
    return count


def _words(path: str, name: str, values: object) -> Iterator[Problem]:
    path = f"{path}.{name}"
    if not isinstance(values, list) or not values:
        yield _needed(path, values, f"a list of {_listing(_WORDS[name])}")
        return
    for index, value in enumerate(values):
        if value not in _WORDS[name]:
            yield _invalid(f"{path}[{index}]", value, _listing(_WORDS[name]))
        elif value in values[:index]:
            yield Problem(f"{path}[{index}]", "conflict", f"{path}[{index}] is {shown(value)}, which is there already.")


def _addresses(given: Mapping[str, Any]) -> Iterator[Problem]:
    source, webhook = InputUrl(), NotificationAddress()
    if "videoUrl" in given and not _reads(source, given["videoUrl"]):
        yield _invalid("videoUrl", given["videoUrl"], source.allowed)
    target = given.get("webhookUrl", "http://")
    if "webhookUrl" in given and not (_reads(webhook, target) and _WEB.match(str(target))):
        yield _invalid("webhookUrl", target, "an http or https URL")


def _reads(kind: Kind, value: object) -> bool:
    try:
        kind.read(value)
    except Wrong:
        return False
    return True


def _user_data(given: Mapping[str, Any]) -> Iterator[Problem]:
    data = given.get("userData", {})
    if not isinstance(data, dict):
        yield _invalid("userData", data, "an object")
    elif len(json.dumps(data).encode()) > LONGEST_USER_DATA:
        yield Problem("userData", "too_many", f"userData is larger than {LONGEST_USER_DATA // 1024} KiB as JSON.")


def _needed(path: str, value: object, allowed: str) -> Problem:
    if value is None:
        return Problem(path, "required", f"{path} is required: it must be {allowed}.")
    return _invalid(path, value, allowed)


def _invalid(path: str, value: object, allowed: str, code: Code = "invalid") -> Problem:
    return Problem(path, code, f"{path} is {shown(value)}: it must be {allowed}.")


def _listing(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"
