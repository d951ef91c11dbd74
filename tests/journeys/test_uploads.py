"""Files put into the upload bucket with an S3 client become jobs, seen by whoever put them."""

from __future__ import annotations

import json
import struct
import time
from io import BytesIO
from typing import Any

import boto3.s3.transfer
import pytest

from tests.clips import source
from tests.journeys.client import TERMINAL, Customer
from tests.journeys.conftest import Hook
from tests.journeys.playback import decode

pytestmark = [pytest.mark.journey, pytest.mark.timeout(90)]

FAST: dict[str, Any] = {"speed": 5, "width": 160}
MIB = 1 << 20


def put(service: Customer, name: str, content: bytes | dict[str, Any], **metadata: str) -> str:
    """Put a file into the account's folder of the upload bucket; its URL."""
    key = service.ready.upload_prefix + name
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    given = {f"stepcoder-{member.replace('_', '-')}": value for member, value in metadata.items()}
    service.s3.put_object(Bucket=service.ready.upload_bucket, Key=key, Body=body, Metadata=given)
    return f"s3://{service.ready.upload_bucket}/{key}"


def jobs_of(service: Customer, url: str) -> list[dict[str, Any]]:
    status, found = service.call("GET", "/jobs")
    assert status == 200
    return [each["job"] for each in found if each["job"]["input_media_file"]["url"] == url]


def ended(service: Customer, url: str, count: int = 1) -> list[dict[str, Any]]:
    """The jobs that a file has become, newest first, once there are so many and they have ended."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = jobs_of(service, url)
        if len(found) >= count and all(job["state"] in TERMINAL for job in found):
            assert len(found) == count
            return found
        time.sleep(0.2)
    raise AssertionError(f"{url}: {jobs_of(service, url)}")


def test_a_file_with_settings_beside_it_and_in_its_metadata(service: Customer) -> None:
    folder, clip = service.folder(), source("cfr_25").read_bytes()
    name = "Tapes/take 7 + 100% & Crème brûlée #1?.mp4"
    put(service, f"{name}.json", {"outputs": [FAST | {"label": "web", "url": f"{folder}web.mp4"}]})
    url = put(service, name, clip, test="true", pass_through="asset-7")
    (job,) = ended(service, url.replace("#", "%23").replace("?", "%3F"))
    assert (job["state"], job["test"], job["pass_through"]) == ("finished", True, "asset-7"), job
    assert [output["label"] for output in job["output_media_files"]] == ["web"]
    assert decode(service.fetch(f"{folder}web.mp4")).frames == 125


def test_a_multipart_upload_with_its_folders_settings(service: Customer) -> None:
    """Put once more it is another job."""
    folder, name = service.folder(), "parts/film.mp4"
    put(service, "parts/default.json", {"outputs": FAST | {"url": f"{folder}a.mp4"}, "test": True})
    film = source("cfr_25").read_bytes() + struct.pack(">I4s", 6 * MIB, b"free") + bytes(6 * MIB - 8)
    in_parts = boto3.s3.transfer.TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    for count in (1, 2):
        key = service.ready.upload_prefix + name
        given = {"Metadata": {"stepcoder-pass-through": f"take {count}"}}
        service.s3.upload_fileobj(BytesIO(film), service.ready.upload_bucket, key, given, Config=in_parts)
        jobs = ended(service, f"s3://{service.ready.upload_bucket}/{key}", count)
        assert [job["state"] for job in jobs] == ["finished"] * count
    assert [job["pass_through"] for job in jobs] == ["take 2", "take 1"]
    assert jobs[0]["input_media_file"]["file_size_bytes"] == len(film)
    assert decode(service.fetch(f"{folder}a.mp4")).frames == 125


def test_bad_settings_fail_the_job_say_why_and_are_told(service: Customer, hook: Hook) -> None:
    put(service, "bad/default.json", {"notifications": [hook.url]})
    put(service, "bad/film.mp4.json", b'{"outputs": [{"width": 640},]}')
    (job,) = ended(service, put(service, "bad/film.mp4", b"film"))
    given = job["input_media_file"]
    assert (job["state"], given["state"], given["error_class"]) == ("failed", "failed", "InvalidVideoSettingsError")
    assert "film.mp4.json is not JSON: " in given["error_message"]
    assert {output["state"] for output in job["output_media_files"]} == {"no_input"}
    (call,) = hook.wait(1)
    assert call.document["job"]["state"] == "failed"
    assert "film.mp4.json is not JSON: " in call.document["input"]["error_message"]
    assert service.call("PUT", f"/jobs/{job['id']}/resubmit")[0] == 409


def test_nobody_reads_what_another_account_put(service: Customer) -> None:
    url = put(service, "mine/.film", source("cfr_25").read_bytes())
    status, made = service.call("POST", "/account", {"email": "thief@example.com", "terms_of_service": "1"}, {"X": "-"})
    assert status == 201
    key = {"Zencoder-Api-Key": made["api_key"]}
    status, created = service.call("POST", "/jobs", {"input": url}, key)
    assert status == 201
    end = time.monotonic() + 30
    while (job := service.call("GET", f"/jobs/{created['id']}", None, key)[1]["job"])["state"] not in TERMINAL:
        assert time.monotonic() < end, job
        time.sleep(0.2)
    assert job["input_media_file"]["error_class"] == "DownloadAccessDeniedError"
    assert jobs_of(service, url) == []
