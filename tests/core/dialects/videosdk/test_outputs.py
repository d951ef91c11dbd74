"""From presets and thumbnails to one job in Zencoder's words."""

from __future__ import annotations

from itertools import count
from typing import Any

from stepcoder.dialects.videosdk.asked import asked
from stepcoder.dialects.videosdk.outputs import Shaped, shaped
from stepcoder.request.model import JobRequest

SOURCE = "s3://uploads/in.mov"


def shape(**members: Any) -> Shaped:
    numbers = count(1)
    body = {"videoUrl": "https://films.example.com/a.mov", **members}
    return shaped(asked(body), SOURCE, "made", lambda size: f"{next(numbers):0{2 * size}x}")


def test_every_job_is_one_that_zencoder_s_api_takes() -> None:
    thumbnail = {
        "timestamp": "01:00:05",
        "resolutions": ["240", "4k"],
        "formats": ["jpg", "webp"],
        "filters": ["none", "blur"],
    }
    presets = [{"format": "hls", "resolutions": ["240", "4K"]}, {"format": "mp4", "resolutions": [720, "480"]}]
    made = shape(presets=presets, thumbnails=[thumbnail, thumbnail], webhookUrl="https://a.example/h")
    request = JobRequest.from_body(made.body)
    assert [output.type for output in request.outputs] == ["segmented", "segmented", "playlist", "standard", "standard"]
    assert [part["role"] for part in made.parts] == ["rung", "rung", "playlist", "file", "file"]
    assert len(request.outputs[0].thumbnails) == len(made.images) == 16
    assert {still.times[0] for still in request.outputs[0].thumbnails} == {3605}


def test_images_come_formats_outside_and_filters_inside() -> None:
    thumbnail = {
        "timestamp": "00:00:05",
        "resolutions": ["240", "360"],
        "formats": ["jpg", "webp"],
        "filters": ["none", "blur"],
    }
    made = shape(presets=[{"format": "mp4", "resolutions": ["480"]}], thumbnails=[thumbnail])
    ways = [(image["resolution"], image["format"], image["filter"]) for image in made.images]
    assert ways == [
        (side, kind, way) for side in ("240", "360") for kind in ("jpg", "webp") for way in ("none", "blur")
    ]


def test_no_two_files_have_a_name() -> None:
    preset = {"format": "mp4", "resolutions": ["480"]}
    made = shape(presets=[preset, preset])
    first, second = (output["url"] for output in made.body["outputs"])
    assert first != second and JobRequest.from_body(made.body)
