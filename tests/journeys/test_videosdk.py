"""VideoSDK's encoder over HTTP: the ten conformance checks of videosdk-encoder-api 13, each by its number."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from standardwebhooks import Webhook

from tests.core.net.servers import Handler, WebServer
from tests.journeys.client import Customer
from tests.journeys.conftest import Hook
from tests.journeys.videosdk import Encoder, make_film, play

pytestmark = [pytest.mark.journey, pytest.mark.timeout(110)]

HEX = re.compile("[0-9a-f]{24}")
PRESETS = [
    {"format": "hls", "resolutions": ["240", "360", "480"]},
    {"format": "mp4", "resolutions": ["360", "480", "4K"]},
]
IMAGES = {
    "timestamp": "00:00:00",
    "resolutions": ["240"],
    "formats": ["jpg", "webp"],
    "filters": ["none", "blur"],
}


@pytest.fixture(scope="module")
def encoder(service: Customer) -> Encoder:
    return Encoder(service.ready)


@pytest.fixture(scope="module")
def portrait(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make_film(tmp_path_factory.mktemp("videosdk") / "portrait.mp4", "720x1280")


@pytest.fixture(scope="module")
def hook(web: WebServer) -> Hook:
    return Hook(web, "/videosdk-hook")


@pytest.fixture(scope="module")
def uploaded(encoder: Encoder, portrait: bytes) -> dict[str, Any]:
    answer = encoder.upload(portrait)
    assert answer.status == 201, answer
    file: dict[str, Any] = answer.document
    return file


@pytest.fixture(scope="module")
def created(encoder: Encoder, uploaded: dict[str, Any], hook: Hook) -> dict[str, Any]:
    """One job with everything in it."""
    more = {"thumbnails": [IMAGES], "webhookUrl": hook.url, "userData": {"lesson": 12}}
    return encoder.job(videoId=uploaded["id"], presets=PRESETS, **more)


@pytest.fixture(scope="module")
def made(encoder: Encoder, created: dict[str, Any]) -> dict[str, Any]:
    job = encoder.wait(created["id"])
    assert job["status"] == "completed", job
    return job


def of_type(job: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [file for file in job["files"] if file["type"] == kind]


def test_1_tokens_are_taken_bare_and_as_a_bearer_s_and_signed_with_hs256_only(encoder: Encoder) -> None:
    def status(token: str) -> int:
        return encoder.call("GET", "/v1/encoder/jobs", token=token).status

    claims = {"apikey": encoder.ready.videosdk_api_key, "exp": int(time.time()) + 600}
    assert (status(encoder.token()), status(f"Bearer {encoder.token()}")) == (200, 200)
    assert status(jwt.encode(claims, "", "none")) == 401
    private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert status(jwt.encode(claims, private_key, "RS256")) == 401
    assert status(encoder.token(exp=int(time.time()) - 3600)) == 401


def test_2_a_new_job_echoes_presets_and_thumbnails_with_ids(created: dict[str, Any]) -> None:
    entries = (*created["presets"], *created["thumbnails"])
    assert len({entry["id"] for entry in entries}) == 3
    assert all(HEX.fullmatch(entry["id"]) for entry in (created, *entries))
    bare = [{name: value for name, value in entry.items() if name != "id"} for entry in entries]
    assert bare == [*PRESETS, IMAGES]
    assert (created["status"], created["userData"]) == ("queued", {"lesson": 12})


def test_3_names_are_taken_as_they_are_spelled(encoder: Encoder, made: dict[str, Any]) -> None:
    assert made["presets"][1]["resolutions"] == ["360", "480", "4K"]
    blue = {**IMAGES, "filters": ["blue"]}
    answer = encoder.call(
        "POST", "/v1/encoder/jobs", {"videoUrl": "https://x.example/a", "presets": PRESETS, "thumbnails": [blue]}
    )
    assert answer.status == 400 and "blur" in answer.document["message"]


def test_4_an_hls_preset_makes_one_file_that_plays(made: dict[str, Any]) -> None:
    (file,) = of_type(made, "x-tar")
    assert file["meta"] == {
        "format": "hls",
        "resolution": {"width": 480, "height": 854},
        "duration": pytest.approx(1, abs=0.1),
    }
    assert file["fileUrl"].endswith("/index.m3u8") and file["filePath"].startswith("files/videos/")
    assert file["size"] > 0 and file["size"] % 512 == 0
    assert (file["jobId"], file["presetId"]) == (made["id"], made["presets"][0]["id"])
    played = play(file["fileUrl"])
    assert played.sizes == {"240x428", "360x640", "480x854"} and played.frames == 10


def test_5_a_resolution_is_the_short_side(encoder: Encoder, made: dict[str, Any], tmp_path: Any) -> None:
    landscape = encoder.upload(make_film(tmp_path / "landscape.mp4", "1920x1080")).document
    wide = encoder.wait(encoder.job(videoId=landscape["id"], presets=[{"format": "mp4", "resolutions": ["240"]}])["id"])
    files = [*of_type(made, "video"), *of_type(wide, "video")]
    assert [file["meta"]["resolution"] for file in files] == [
        {"width": 360, "height": 640},
        {"width": 480, "height": 854},
        {"width": 428, "height": 240},
    ]
    assert [play(file["fileUrl"]).sizes for file in files] == [{"360x640"}, {"480x854"}, {"428x240"}]
    assert all(file["meta"]["format"].startswith("mov,mp4") for file in files)
    (warning,) = made["warnings"]
    assert "4K" in warning, "nothing is enlarged"


def test_6_images_come_formats_outside_and_filters_inside(made: dict[str, Any]) -> None:
    images = of_type(made, "image")
    ways = [(image["meta"]["format"], image["meta"]["filter"]) for image in images]
    assert ways == [("jpg", "none"), ("jpg", "blur"), ("webp", "none"), ("webp", "blur")]
    assert [play(image["fileUrl"]).sizes for image in images] == [{"240x428"}] * 4
    jpg, blurred, webp, soft = (image["size"] for image in images)
    assert blurred < jpg and soft < webp
    assert [file["type"] for file in made["files"]] == ["video", "video", "x-tar", *["image"] * 4]


def test_7_lists_have_pages_and_no_total(encoder: Encoder, made: dict[str, Any], uploaded: dict[str, Any]) -> None:
    for path, wanted in (("/v1/encoder/jobs", made), ("/v1/files/", uploaded)):
        listed = encoder.call("GET", f"{path}?page=1&perPage=100").document
        assert wanted in listed["data"]
        assert set(listed["pageInfo"]) == {"currentPage", "perPage", "lastPage"}
        assert all(type(number) is int for number in listed["pageInfo"].values())
        assert encoder.call("GET", f"{path}?page=999").document["data"] == []


@contextmanager
def held(encoder: Encoder, web: WebServer, hook: Hook) -> Iterator[list[dict[str, Any]]]:
    """Jobs whose sources don't answer: they keep every worker that could begin another one."""
    over = threading.Event()

    def silent(handler: Handler) -> None:
        over.wait(60)
        handler.answer(404)

    jobs = []
    try:
        for number in range(4):
            web.routes[path := f"/silent-{number}.mp4"] = silent
            jobs.append(encoder.job(videoUrl=web.url(path), presets=PRESETS[1:], webhookUrl=hook.url))
        for job in jobs:
            encoder.wait_for(job["id"], "processing", seconds=30)
        yield jobs
    finally:
        over.set()


def test_8_only_a_queued_job_is_deleted(encoder: Encoder, web: WebServer, hook: Hook, uploaded: dict[str, Any]) -> None:
    with held(encoder, web, hook) as busy:
        waiting = encoder.job(videoId=uploaded["id"], presets=PRESETS[1:])
        assert encoder.call("DELETE", f"/v1/files/{uploaded['id']}").status == 409
        refusal = encoder.call("DELETE", f"/v1/encoder/jobs/{busy[0]['id']}")
        assert (refusal.status, refusal.document["status"]) == (409, "processing")
        deleted = encoder.call("DELETE", f"/v1/encoder/jobs/{waiting['id']}")
        assert (deleted.status, deleted.document) == (200, waiting)
    assert encoder.call("GET", f"/v1/encoder/jobs/{waiting['id']}").status == 404
    assert encoder.call("DELETE", f"/v1/encoder/jobs/{'0' * 24}").status == 404
    failed = encoder.wait(busy[0]["id"])
    assert failed["error"]["code"] == "FileNotFoundError" and failed["files"] == []


def test_9_a_webhook_brings_the_job_and_proves_it(encoder: Encoder, made: dict[str, Any], hook: Hook) -> None:
    (call, *_) = hook.wait(1)
    assert call.document == made
    Webhook(encoder.ready.signing_secret).verify(call.body, call.headers)
    failed = [each for each in hook.wait(5) if each.document["status"] == "failed"]
    assert len(failed) == 4, "those of the last test"
    Webhook(encoder.ready.signing_secret).verify(failed[0].body, failed[0].headers)


def test_10_an_upload_is_known_in_full(encoder: Encoder, uploaded: dict[str, Any], portrait: bytes) -> None:
    assert uploaded["jobId"] is None
    assert uploaded["meta"] == {
        "format": "mov,mp4,m4a,3gp,3g2,mj2",
        "resolution": {"width": 720, "height": 1280},
        "duration": pytest.approx(1, abs=0.1),
    }
    assert uploaded["size"] == len(portrait)
    assert play(uploaded["fileUrl"]).sizes == {"720x1280"}
    by_form = encoder.upload_to_storage(portrait)
    same = encoder.call("GET", f"/v1/files/{by_form}").document
    assert (same["meta"], same["size"]) == (uploaded["meta"], uploaded["size"])
    assert encoder.call("DELETE", f"/v1/files/{by_form}").status == 200


def test_a_job_is_the_same_in_both_dialects(encoder: Encoder, service: Customer, made: dict[str, Any]) -> None:
    number = int(made["id"][10:20], 16)
    status, found = service.call("GET", f"/jobs/{made['id']}")
    assert (status, found["job"]["id"], found["job"]["state"]) == (200, number, "finished")
    assert encoder.call("GET", f"/v1/encoder/jobs/{number}").document == made


def test_a_file_that_was_made_can_be_deleted(encoder: Encoder, made: dict[str, Any]) -> None:
    (playlist,) = of_type(made, "x-tar")
    assert encoder.call("GET", f"/v1/files/{playlist['id']}").document == playlist
    assert encoder.call("DELETE", f"/v1/files/{playlist['id']}").document == playlist
    assert encoder.call("GET", f"/v1/files/{playlist['id']}").status == 404
    assert playlist not in encoder.call("GET", f"/v1/encoder/jobs/{made['id']}").document["files"]
