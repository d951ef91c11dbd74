"""Inputs that are encrypted, or take more than one run to copy, on their way to the workers."""

from __future__ import annotations

import hashlib
import json
import random
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from stepcoder import runtime
from stepcoder.aws.parts import PartedUpload
from stepcoder.records.model import Input
from stepcoder.sources import parts
from stepcoder.steps import fetching, opening
from stepcoder.steps.inspect import inspect_input
from stepcoder.steps.workspace import Workspace
from tests.clips import source
from tests.cloud import provide_credentials_key
from tests.core.net.servers import Handler, Route, WebServer, ranged, whole
from tests.core.steps.conftest import Pipeline
from tests.local.observing import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

OUTPUT = {"speed": 5, "clip_length": 1}
KEY = random.Random(7).randbytes(16)  # noqa: S311
FILM = source("cfr_25").read_bytes()


@pytest.fixture(autouse=True)
def credentials_key(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    provide_credentials_key(monkeypatch)


@pytest.fixture
def web(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    with WebServer() as server:
        monkeypatch.setenv("STEPCODER_ALLOW_PRIVATE_HOSTS", f"127.0.0.1:{server.server_port}")
        runtime.settings.cache_clear()
        opening.guarded_client.cache_clear()
        yield server
    opening.guarded_client.cache_clear()


def sealed(film: bytes = FILM) -> bytes:
    padding = 16 - len(film) % 16
    encryptor = Cipher(algorithms.AES(KEY), modes.CBC(bytes(16))).encryptor()
    return encryptor.update(film + bytes([padding]) * padding)


def read(pipeline: Pipeline, job: int) -> Input:
    return pipeline.cloud.records.input(pipeline.job(job).input_id)


def copied(pipeline: Pipeline, job: int) -> bytes:
    assert pipeline.plan(job).source.url == f"s3://work-bucket/jobs/{job}/source"
    return pipeline.objects.get("work-bucket", f"jobs/{job}/source")


@pytest.mark.parametrize("serve", [ranged, whole])
def test_an_encrypted_input_is_decrypted_on_its_way(pipeline: Pipeline, web: WebServer, serve: Any) -> None:
    body = sealed()
    web.routes |= {"/film": serve(body), "/key": whole(KEY)}
    md5 = hashlib.md5(body, usedforsecurity=False).hexdigest()
    job = pipeline.submit(
        web.url("/film"), OUTPUT, decryption_key_url=web.url("/key"), expected_md5_checksum=md5, download_connections=2
    )
    assert inspect_input(job, 0)["outcome"] == "planned"
    assert copied(pipeline, job) == FILM
    facts = read(pipeline, job).facts
    assert (facts["md5_checksum"], facts["file_size_bytes"]) == (md5, len(FILM))


def test_an_encrypted_input_in_s3_is_decrypted_and_its_key_kept_from_sight(
    pipeline: Pipeline, capsys: pytest.CaptureFixture[str]
) -> None:
    pipeline.objects.put("upload-bucket", "in/film", sealed())
    job = pipeline.submit("s3://upload-bucket/in/film", OUTPUT, decryption_key="0x" + KEY.hex().upper())
    assert pipeline.walk(job) == "finished"
    assert KEY.hex() not in capsys.readouterr().out
    told = json.dumps([pipeline.cloud.received(), vars(pipeline.job(job)), vars(read(pipeline, job))], default=str)
    assert KEY.hex() not in told.lower()
    assert list(pipeline.objects.list("work-bucket", "")) == []


def test_the_plan_knows_no_key(pipeline: Pipeline) -> None:
    pipeline.objects.put("upload-bucket", "in/film", sealed())
    job = pipeline.submit("s3://upload-bucket/in/film", OUTPUT, decryption_key=KEY.hex())
    inspect_input(job, 0)
    for key in pipeline.objects.list("work-bucket", ""):
        assert KEY.hex().encode() not in pipeline.objects.get("work-bucket", key)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"decryption_key": "00" * 16}, "no media file comes out"),
        ({"decryption_password": "sesame"}, "no media file comes out"),
        ({"decryption_key_url": "s3://upload-bucket/in/film"}, "may have at most 1024 bytes"),
        ({"decryption_key_url": "s3://upload-bucket/short"}, "has 3 bytes: a key for aes-128-cbc has 16"),
        ({"decryption_key_url": "s3://upload-bucket/nowhere"}, "There is no file at s3://upload-bucket/nowhere"),
    ],
)
def test_a_wrong_key_fails_the_input_and_says_so(pipeline: Pipeline, asked: dict[str, str], reason: str) -> None:
    pipeline.objects.put("upload-bucket", "in/film", sealed())
    pipeline.objects.put("upload-bucket", "short", b"abc")
    job = pipeline.submit("s3://upload-bucket/in/film", OUTPUT, **asked)
    assert inspect_input(job, 0)["outcome"] == "failed"
    failed = read(pipeline, job)
    assert reason in str(failed.error_message)
    assert failed.error_class in ("InvalidEncryptionSettingsError", "DownloadFailureError", "FileNotFoundError")


def slowly(route: Route) -> Route:
    """The same, with a fifth of a second before every answer."""

    def wait(handler: Handler) -> None:
        time.sleep(0.2)
        route(handler)

    return wait


def test_a_copy_goes_on_from_run_to_run_until_it_is_whole(
    pipeline: Pipeline, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each run's time is up when it has stored a part."""
    monkeypatch.setattr(parts, "_LEAST_PART", 5 * 1024 * 1024)
    monkeypatch.setattr(parts, "WATCH_SECONDS", 0.02)
    stored, put = list[int](), PartedUpload.put
    monkeypatch.setattr(
        PartedUpload, "put", lambda self, number, body: (put(self, number, body), stored.append(number))
    )
    monkeypatch.setattr(fetching, "time", SimpleNamespace(monotonic=lambda: float(len(stored) > before) * 1e12))
    film = FILM + bytes(6 * 1024 * 1024)
    web.routes["/film"] = slowly(ranged(film))
    md5 = hashlib.md5(film, usedforsecurity=False).hexdigest()
    job = pipeline.submit(web.url("/film"), OUTPUT, expected_md5_checksum=md5, download_connections=1)
    outcomes, progress = list[str](), list[float]()
    while outcomes[-1:] in ([], ["fetching"]):
        wait_for(lambda: not [each for each in threading.enumerate() if each.name == "fetch-parts"], 5)
        before = len(stored)
        outcomes.append(inspect_input(job, 0, 900)["outcome"])
        progress.append(read(pipeline, job).event_progress if outcomes[-1] == "fetching" else 100)
    assert len(outcomes) > 2
    assert outcomes[-1] == "planned"
    assert progress == sorted(progress)
    assert progress[1] > 0
    assert copied(pipeline, job) == film


def test_what_nobody_will_complete_is_let_go(
    pipeline: Pipeline, web: WebServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "WATCH_SECONDS", 0.02)
    web.routes["/film"] = slowly(ranged(FILM))
    job = pipeline.submit(web.url("/film"), OUTPUT, expected_md5_checksum="0" * 32)
    assert inspect_input(job, 0, 60.0)["outcome"] == "failed"
    assert read(pipeline, job).error_class == "DownloadTimeoutError"
    client = runtime.client("s3")
    assert len(client.list_multipart_uploads(Bucket="work-bucket").get("Uploads", [])) == 1
    assert pipeline.walk(job) == "failed"
    assert client.list_multipart_uploads(Bucket="work-bucket").get("Uploads", []) == []
    assert list(Workspace(job).objects.list("work-bucket", "")) == []
