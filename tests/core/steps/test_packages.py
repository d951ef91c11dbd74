"""Whole outputs delivered as one ZIP or tar, by the pipeline's own steps."""

from __future__ import annotations

import tarfile
import threading
import time
import zipfile
from typing import Any

import av
import pytest

from stepcoder import runtime
from stepcoder.destinations.s3 import S3Destination
from stepcoder.dialects.zencoder.media import output_details
from tests.clips import source
from tests.core.steps.conftest import OUT, Pipeline
from tests.core.steps.faults import hurry, sick

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

SHORT: dict[str, Any] = {"speed": 5, "clip_length": 2, "width": 160}


def test_a_film_with_its_stills_as_a_tar(pipeline: Pipeline) -> None:
    stills = {"number": 2, "label": "posters"}
    output = SHORT | {"url": f"{OUT}film.mp4", "package_format": "tar", "thumbnails": stills}
    job = pipeline.submit(source("cfr_25"), output)
    assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
    assert pipeline.keys() == ["job/film.tar"]
    with tarfile.open(fileobj=pipeline.fetch_from("output-bucket", "job/film.tar")) as bundle:
        assert sorted(bundle.getnames()) == ["film.mp4", "posters/frame_0000.png", "posters/frame_0001.png"]
        film = bundle.extractfile("film.mp4")
        assert film is not None
        with av.open(film) as media:
            assert sum(1 for _ in media.decode(video=0)) == 50
    shown = output_details(pipeline.output(job))
    assert shown["url"].endswith("/job/film.tar")
    pictures = [image["url"] for image in shown["thumbnails"][0]["images"]]
    assert pictures == ["posters/frame_0000.png", "posters/frame_0001.png"]


def test_segments_as_a_zip_and_stills_in_a_place_of_their_own(pipeline: Pipeline) -> None:
    output = SHORT | {
        "type": "segmented",
        "segment_seconds": 1,
        "base_url": OUT,
        "filename": "film.m3u8",
        "package_filename": "all.zip",
        "thumbnails": {"number": 1, "base_url": f"{OUT}stills/"},
    }
    job = pipeline.submit(source("cfr_25"), output)
    assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
    assert pipeline.keys() == ["job/all.zip", "job/stills/frame_0000.png"]
    with zipfile.ZipFile(pipeline.fetch_from("output-bucket", "job/all.zip")) as bundle:
        assert bundle.testzip() is None
        assert bundle.namelist() == ["film-00001.ts", "film-00002.ts", "film.m3u8"]
        assert b"film-00002.ts" in bundle.read("film.m3u8")


def test_access_that_a_bucket_does_not_keep_is_dropped_with_a_warning(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    hurry(monkeypatch)
    with sick("PutObject", "job/film.mp4", "AccessControlListNotSupported", 1):
        job = pipeline.submit(source("cfr_25"), SHORT | {"url": f"{OUT}film.mp4", "public": True})
        assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
    assert pipeline.output(job).fallback == {}
    (warning,) = pipeline.job(job).warnings
    assert "bucket owner enforced" in warning


def test_no_more_files_are_sent_at_once_than_the_customer_says(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending, most, lock = [0], [0], threading.Lock()
    put = S3Destination.put

    def watched(self: S3Destination, *given: Any) -> int:
        with lock:
            sending[0] += 1
            most[0] = max(most[0], sending[0])
        time.sleep(0.05)
        try:
            return put(self, *given)
        finally:
            with lock:
                sending[0] -= 1

    monkeypatch.setattr(S3Destination, "put", watched)
    hls = SHORT | {"type": "segmented", "segment_seconds": 1, "clip_length": 10, "url": f"{OUT}film.m3u8"}
    for limit, seen in ((2, {2}), (None, set(range(4, 31)))):
        most[0] = 0
        job = pipeline.submit(source("cfr_25"), hls | {"parallel_upload_limit": limit})
        assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
        assert most[0] in seen


def test_access_and_headers_reach_the_bucket(pipeline: Pipeline) -> None:
    everybody = "http://acs.amazonaws.com/groups/global/AllUsers"
    output = SHORT | {
        "url": f"{OUT}film.mp4",
        "headers": {"Cache-Control": "max-age=60", "x-amz-meta-film": "seven"},
        "access_control": {"permission": ["READ", "READ_ACP"], "grantee": everybody},
        "rrs": True,
    }
    job = pipeline.submit(source("cfr_25"), output)
    assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
    client = runtime.client("s3")
    found = client.head_object(Bucket="output-bucket", Key="job/film.mp4")
    assert (found["CacheControl"], found["Metadata"]) == ("max-age=60", {"film": "seven"})
    assert found["StorageClass"] == "REDUCED_REDUNDANCY"
    grants = client.get_object_acl(Bucket="output-bucket", Key="job/film.mp4")["Grants"]
    assert {grant["Permission"] for grant in grants if grant["Grantee"].get("URI") == everybody} == {
        "READ",
        "READ_ACP",
    }
