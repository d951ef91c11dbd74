"""Jobs and files as VideoSDK's clients see them: what a journey can't bring about at will."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from stepcoder.dialects.videosdk.jobs import job_document, status_of
from stepcoder.records.model import Input, Job, Output

STAMP = "2031-04-05T06:07:08Z"
TIMES = {"created_at": STAMP, "updated_at": STAMP}
FACTS = {"format": "mpeg4", "width": 640, "height": 360, "duration_in_ms": 1500, "file_size_bytes": 1000}
SOURCE = Input(id=2, job_id=1, account_id=7, url="s3://up/in.mov", facts={"width": 640, "height": 360}, **TIMES)
WIRE = {
    "presets": [{"format": "mp4", "resolutions": ["360", "1080"]}],
    "thumbnails": [{"timestamp": "00:09:00", "resolutions": ["240"], "formats": ["jpg"]}],
    "parts": [
        {"preset": 0, "role": "file", "resolution": "360", "name": "a" * 24},
        {"preset": 0, "role": "file", "resolution": "1080", "name": "b" * 24},
    ],
    "images": [{"thumbnail": 0, "resolution": "240", "format": "jpg", "filter": "none", "name": "c" * 24}],
    "base": "https://x",
}


def job(state: str, **members: Any) -> Job:
    return Job(id=1, account_id=7, input_id=2, output_ids=(3, 4), state=state, **{**TIMES, **members})


def output(number: int, state: str, **members: Any) -> Output:
    place = {"url": f"http://b.s3.amazonaws.com/{number}", "target": f"s3://b/{number}.mp4"}
    return Output(id=number, job_id=1, account_id=7, index=0, state=state, **{**TIMES, **place, **members})


def shown(job: Job, *outputs: Output) -> dict[str, Any]:
    return job_document(job, SOURCE, outputs, lambda key: f"https://x/{key}")


@pytest.mark.parametrize(
    ("state", "outputs", "status"),
    [
        ("pending", ["waiting"], "queued"),
        ("waiting", ["waiting"], "queued"),
        ("processing", ["uploading"], "processing"),
        ("finished", ["finished", "skipped"], "completed"),
        ("finished", ["skipped"], "failed"),
        ("failed", ["finished", "failed"], "failed"),
        ("cancelled", ["cancelled"], "failed"),
    ],
)
def test_every_state_has_its_status(state: str, outputs: list[str], status: str) -> None:
    assert status_of(job(state), [output(3, each) for each in outputs]) == status


def test_what_was_left_out_is_named() -> None:
    made = shown(job("finished", wire=WIRE), output(3, "finished", facts=FACTS), output(4, "skipped"))
    assert [file["fileUrl"] for file in made["files"]] == [f"https://x/encoded/videos/{'a' * 24}.mp4"]
    larger, late = made["warnings"]
    assert "1080" in larger and "640x360" in larger
    assert "thumbnails[0]: 240 jpg (none)" in late


def test_a_job_of_which_nothing_is_left_says_why_it_failed() -> None:
    made = shown(job("finished", wire=WIRE), output(3, "skipped"), output(4, "skipped"))
    assert (made["status"], made["files"], made["error"]["code"]) == ("failed", [], "SourceTooSmall")


def test_a_failed_output_gives_the_job_its_error() -> None:
    broken = output(4, "failed", error_class="EncodingError", error_message="It broke.")
    made = shown(job("failed", wire=WIRE), output(3, "finished", facts=FACTS), broken)
    assert made["error"] == {"code": "EncodingError", "message": "It broke."}
    assert len(made["files"]) == 1, "what was made is there"


def test_files_of_zencoder_s_jobs_are_where_their_customers_wanted_them() -> None:
    still = {
        "url": "https://b.s3.amazonaws.com/t/f_0000.png",
        "format": "png",
        "width": 10,
        "height": 8,
        "file_size_bytes": 9,
    }
    film = output(3, "finished", facts=FACTS, thumbnails=[still])
    segments = output(4, "finished", kind="segmented", facts={**FACTS, "format": "mpeg-ts"})
    captions = output(5, "finished", kind="captions")
    made = shown(job("finished"), film, segments, captions)
    assert [(file["type"], file["fileUrl"]) for file in made["files"]] == [
        ("video", film.url),
        ("x-tar", segments.url),
        ("image", still["url"]),
    ]
    assert made["files"][1]["meta"]["format"] == "hls"
    assert made["files"][0]["filePath"] == "3.mp4"
    assert made["presets"][0]["resolutions"] == ["360"]


def test_a_file_that_was_deleted_is_not_shown_again() -> None:
    film = output(3, "finished", facts=FACTS)
    gone = replace(film, removed=[0])
    assert [len(shown(job("finished", wire=WIRE), each, output(4, "skipped"))["files"]) for each in (film, gone)] == [
        1,
        0,
    ]


def test_what_could_not_be_delivered_is_where_it_went_instead() -> None:
    film = output(3, "finished", facts=FACTS, url="https://link", fallback={"upload": ["X", "y"]})
    (file,) = shown(job("finished", wire=WIRE), film, output(4, "skipped"))["files"]
    assert file["fileUrl"] == "https://link"
