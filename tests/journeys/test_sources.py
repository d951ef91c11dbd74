"""Sources of every kind and way, clips and test jobs, several jobs at once, and webhooks that fail at first."""

from __future__ import annotations

import time
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from tests.clips import source
from tests.core.net.servers import Handler, Route, WebServer, ranged, redirect, whole
from tests.journeys.client import Customer
from tests.journeys.conftest import Hook
from tests.journeys.playback import decode

pytestmark = [pytest.mark.journey, pytest.mark.timeout(90)]

FAST: dict[str, Any] = {"speed": 5, "width": 160}


def made(service: Customer, given: Any, **asked: Any) -> tuple[dict[str, Any], bytes]:
    """The finished job and its one file."""
    folder, job = service.folder(), {name: asked.pop(name) for name in ("test",) if name in asked}
    details = service.wait(service.submit(given, FAST | {"url": f"{folder}a.mp4"} | asked, **job))
    assert details["state"] == "finished", details
    return details, service.fetch(f"{folder}a.mp4")


def remembered(web: WebServer, path: str, route: Route) -> list[str | None]:
    """Serve a route; the Range headers it is asked with."""
    asked: list[str | None] = []

    def remember(handler: Handler) -> None:
        asked.append(handler.headers.get("Range"))
        route(handler)

    web.routes[path] = remember
    return asked


def test_a_source_on_the_web_is_read_in_ranges(service: Customer, web: WebServer) -> None:
    asked = remembered(web, "/ranged.mp4", ranged(source("cfr_2997").read_bytes()))
    _, data = made(service, web.url("/ranged.mp4"))
    assert decode(data).frames == 360
    assert len(asked) > 1
    assert all(asked)


def test_a_source_without_ranges_is_staged(service: Customer, web: WebServer) -> None:
    asked = remembered(web, "/whole.mp4", whole(source("cfr_2997").read_bytes()))
    details, data = made(service, web.url("/whole.mp4"))
    assert decode(data).frames == 360
    assert details["input_media_file"]["file_size_bytes"] == source("cfr_2997").stat().st_size
    assert len(asked) == 2  # a look and one copy, not a download for every task
    assert service.stored() == []


def test_an_encrypted_source_is_decrypted(service: Customer, web: WebServer) -> None:
    key, vector = bytes(range(16)), bytes(range(16, 32))
    film, cipher = source("cfr_2997").read_bytes(), Cipher(algorithms.AES(key), modes.CTR(vector)).encryptor()
    web.routes["/sealed.mp4"] = ranged(vector + cipher.update(film))
    settings = {"decryption_method": "aes-128-ctr", "decryption_key": f"0x{key.hex()}"}
    folder = service.folder()
    details = service.wait(service.submit(web.url("/sealed.mp4"), FAST | {"url": f"{folder}a.mp4"}, **settings))
    assert details["state"] == "finished", details
    assert details["input_media_file"]["file_size_bytes"] == len(film)
    assert key.hex() not in str(details)
    assert decode(service.fetch(f"{folder}a.mp4")).frames == 360


def test_a_redirect_is_followed(service: Customer, web: WebServer) -> None:
    web.routes["/target.mp4"] = ranged(source("no_audio").read_bytes())
    web.routes["/moved"] = redirect(web.url("/target.mp4"))
    _, data = made(service, web.url("/moved"))
    assert decode(data).frames == 300


def test_a_server_with_hiccups_does_not_spoil_the_job(service: Customer, web: WebServer) -> None:
    good, counted = ranged(source("no_audio").read_bytes()), iter(range(1000))

    def sometimes(handler: Handler) -> None:
        if next(counted) % 3 == 1:
            return handler.answer(503)
        return good(handler)

    web.routes["/hiccups.mp4"] = sometimes
    _, data = made(service, web.url("/hiccups.mp4"))
    assert decode(data).frames == 300


def test_sound_alone(service: Customer) -> None:
    details, data = made(service, source("mp3"))
    output = details["output_media_files"][0]
    assert (output["video_codec"], output["audio_codec"]) == (None, "aac")
    assert decode(data).samples == pytest.approx(15 * output["audio_sample_rate"], rel=0.03)


def test_picture_alone(service: Customer) -> None:
    details, data = made(service, source("no_audio"))
    assert details["output_media_files"][0]["audio_codec"] is None
    decoded = decode(data)
    assert (decoded.frames, decoded.samples) == (300, 0)


def test_a_test_job_ends_after_five_seconds(service: Customer) -> None:
    details, data = made(service, source("cfr_25"), test=True)
    assert details["test"] is True
    decoded = decode(data)
    assert decoded.frames == 125
    assert decoded.samples == pytest.approx(5 * 48000, abs=2048)


def test_a_clip_from_the_middle(service: Customer) -> None:
    details, data = made(service, source("cfr_25"), start_clip="0:00:07", clip_length=2.4)
    decoded = decode(data)
    assert decoded.frames == 60
    assert decoded.samples == pytest.approx(2.4 * 48000, abs=2048)
    assert details["output_media_files"][0]["duration_in_ms"] == pytest.approx(2400, abs=50)


def test_a_clip_past_the_end_fails_alone(service: Customer) -> None:
    folder = service.folder()
    job = service.submit(
        source("cfr_25"),
        FAST | {"url": f"{folder}late.mp4", "start_clip": 60},
        FAST | {"url": f"{folder}good.mp4", "label": "good", "clip_length": 1},
    )
    details = service.wait(job)
    late, good = details["output_media_files"]
    assert (details["state"], late["state"], good["state"]) == ("failed", "failed", "finished")
    assert late["error_class"] == "NoMediaError"
    assert late["error_message"].endswith(".")
    assert service.stored(folder) == ["good.mp4"]


def test_headers_that_lie_about_the_duration_do_not_shorten_the_film(service: Customer) -> None:
    details, data = made(service, source("lying_duration"))
    assert decode(data).frames == 300
    assert details["output_media_files"][0]["duration_in_ms"] == pytest.approx(12000, abs=50)


def test_two_jobs_at_once_do_not_mix(service: Customer) -> None:
    folders = [service.folder(), service.folder()]
    clips = [("cfr_25", 300), ("no_audio", 50)]
    jobs = [
        service.submit(source(name), FAST | {"url": f"{folder}a.mp4", "clip_length": frames / 25})
        for folder, (name, frames) in zip(folders, clips, strict=True)
    ]
    for job, folder, (_, frames) in zip(jobs, folders, clips, strict=True):
        assert service.wait(job)["state"] == "finished"
        assert decode(service.fetch(f"{folder}a.mp4")).frames == frames


def test_a_webhook_that_fails_at_first_is_told_again_until_it_takes_it(service: Customer, hook: Hook) -> None:
    hook.statuses = [500, 200]
    folder = service.folder()
    job = service.submit(
        source("no_audio"), FAST | {"url": f"{folder}a.mp4", "clip_length": 1}, notifications=[hook.url]
    )
    assert service.wait(job)["state"] == "finished"
    first, second = hook.wait(2)
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) >= 4
    time.sleep(2)
    assert len(hook.calls) == 2


def test_a_failed_job_is_told_of_with_its_reason(service: Customer, hook: Hook) -> None:
    job = service.submit(source("noise"), FAST | {"notifications": [hook.url]}, notifications=[hook.url])
    assert service.wait(job)["state"] == "failed"
    output, whole_job = (call.document for call in hook.wait(2))
    assert output["output"]["state"] == "no_input"
    assert whole_job["job"]["state"] == "failed"
    assert whole_job["input"]["error_link"].endswith("/NoMediaError")
    assert whole_job["input"]["error_message"].endswith(".")
