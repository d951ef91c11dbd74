"""Places that don't take an output: secondary_url, then temporary storage (zencoder-api 4.4)."""

from __future__ import annotations

from typing import Any

import av
import pytest

from stepcoder.dialects.zencoder.media import output_details
from stepcoder.records.store import records
from tests.clips import source
from tests.core.steps.conftest import OUT, Pipeline

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

SHORT: dict[str, Any] = {"speed": 5, "clip_length": 2, "width": 160}
NOWHERE = "s3://no-such-bucket/film.mp4"
HLS = {"type": "segmented", "segment_seconds": 1}


def place_of(pipeline: Pipeline, job: int) -> str:
    output = pipeline.output(job)
    assert output.state == "finished", output.error_message
    return output.target


def test_the_second_place_takes_what_the_first_does_not(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("cfr_25"), SHORT | {"url": NOWHERE, "secondary_url": f"{OUT}second.mp4"})
    assert pipeline.walk(job) == "finished"
    assert place_of(pipeline, job) == f"{OUT}second.mp4"
    assert pipeline.keys() == ["job/second.mp4"]
    shown = output_details(pipeline.output(job))
    assert shown["url"] == "http://output-bucket.s3.amazonaws.com/job/second.mp4"
    assert shown["backup_server_used"] is True
    assert "no-such-bucket" in shown["primary_upload_error_message"]
    assert shown["primary_upload_error_link"].endswith("/S3BucketNotFoundError")
    assert "error_message" not in shown
    assert "primary_thumbnail_upload_error_message" not in shown


@pytest.mark.parametrize("secondary", [{}, {"secondary_url": "s3://nor-this-one/film.mp4"}])
def test_temporary_storage_takes_what_no_place_does(pipeline: Pipeline, secondary: dict[str, str]) -> None:
    job = pipeline.submit(source("cfr_25"), SHORT | {"url": NOWHERE} | secondary)
    assert pipeline.walk(job) == "finished"
    output = pipeline.output(job)
    assert output.temporary
    assert "X-Amz-Signature" in output.url
    (key,) = pipeline.keys()
    assert key.startswith("o/") and key.endswith("/film.mp4")
    with av.open(pipeline.fetch_from("output-bucket", key)) as film:
        assert sum(1 for _ in film.decode(video=0)) == 50


def test_a_set_of_segments_falls_back_as_one_file(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("cfr_25"), SHORT | HLS | {"url": "s3://no-such-bucket/a/b.m3u8"})
    assert pipeline.walk(job) == "finished"
    (key,) = pipeline.keys()
    assert key.endswith("/b.zip")


def test_thumbnails_fall_back_by_themselves(pipeline: Pipeline) -> None:
    sets = [
        {"label": "lost", "number": 2, "base_url": "s3://no-such-bucket/t/"},
        {"label": "kept", "number": 1, "base_url": f"{OUT}t/"},
    ]
    job = pipeline.submit(source("cfr_25"), SHORT | {"url": f"{OUT}film.mp4", "thumbnails": sets})
    assert pipeline.walk(job) == "finished"
    assert place_of(pipeline, job) == f"{OUT}film.mp4"
    shown = output_details(pipeline.output(job))
    assert shown["backup_server_used"] is True
    assert shown["primary_thumbnail_upload_error_link"].endswith("/S3BucketNotFoundError")
    assert "primary_upload_error_message" not in shown
    urls = {group["label"]: [image["url"] for image in group["images"]] for group in shown["thumbnails"]}
    assert len(urls["lost"]) == 2 and all("X-Amz-Signature" in url for url in urls["lost"])
    assert urls["kept"] == ["https://output-bucket.s3.amazonaws.com/job/t/frame_0000.png"]


def test_an_output_that_arrived_has_no_word_of_a_backup(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("cfr_25"), SHORT | {"url": f"{OUT}film.mp4", "secondary_url": f"{OUT}second.mp4"})
    assert pipeline.walk(job) == "finished"
    assert not [name for name in output_details(pipeline.output(job)) if "backup" in name or "primary" in name]
    assert pipeline.keys() == ["job/film.mp4"]


def test_version_1_knows_no_fallback(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("cfr_25"), SHORT | {"url": NOWHERE}, api_version="v1")
    assert pipeline.walk(job) == "failed"
    assert pipeline.output(job).error_class == "S3BucketNotFoundError"
    assert records().output(pipeline.output(job).id).fallback == {}
    assert pipeline.keys() == []
