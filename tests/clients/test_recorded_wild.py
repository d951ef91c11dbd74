"""Code in the wild: the fetcher tool, Django, jQuery, browsers, sloppy bodies, and what webhook handlers read."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from tests.clients.conftest import Finished
from tests.clients.raw_http import Answer, exchange
from tests.conformance.kinds import INTEGER, NUMBER, TEXT, Kind, member
from tests.conformance.scene import Scene

pytestmark = [pytest.mark.journey, pytest.mark.timeout(90)]


def post(scene: Scene, body: bytes, **headers: str) -> Answer:
    sent = {"Zencoder-Api-Key": scene.ready.api_key, "Content-Length": str(len(body))}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return exchange(scene.ready.base_url, "POST /api/v2/jobs", sent, body)


MOCK = b'{"input": "s3://acme-in/a.mov", "mock": true}'


def test_django_posts_json_without_a_content_type(scene: Scene) -> None:
    assert post(scene, MOCK).status == 201


@pytest.mark.parametrize("charset", ["", "; charset=UTF-8"])
def test_jquery_posts_json_as_a_form(scene: Scene, charset: str) -> None:
    form = f"application/x-www-form-urlencoded{charset}"
    answer = post(scene, MOCK, Content_Type=form, X_Requested_With="XMLHttpRequest", Accept="*/*")
    assert answer.status == 201
    assert answer.document["id"] is None


def test_a_browser_asks_first(scene: Scene) -> None:
    headers = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,zencoder-api-key",
    }
    answer = exchange(scene.ready.base_url, "OPTIONS /api/v2/jobs", headers)
    assert answer.status in (200, 204)
    assert answer.header("Access-Control-Allow-Origin") == "*"
    allowed = (answer.header("Access-Control-Allow-Headers") or "").lower()
    assert "content-type" in allowed and "zencoder-api-key" in allowed
    assert "POST" in (answer.header("Access-Control-Allow-Methods") or "")
    then = post(scene, b'{"input": 7}', Origin="https://app.example", Content_Type="application/json")
    assert (then.status, then.header("Access-Control-Allow-Origin")) == (422, "*")


# Bodies as they are sent. Every one is accepted.
SLOPPY: dict[str, dict[str, Any]] = {
    "output as a hash": {"output": {"label": "a"}},
    "output as an array": {"output": [{"label": "a"}]},
    "outputs as a hash": {"outputs": {"label": "a"}},
    "empty outputs": {"outputs": [{}, {}]},
    "notifications as text": {"output": {"notifications": "http://hooks.example/z"}},
    "notifications as a hash": {"output": {"notifications": {"url": "http://hooks.example/z"}}},
    "an e-mail address": {"notifications": ["ada@example.com"]},
    "the fetcher": {"notifications": ["http://zencoderfetcher/"]},
    "whole numbers as text": {"output": {"width": "320"}},
    "fractions as text": {"output": {"thumbnails": {"interval": "0.1"}}},
    "booleans as text": {"test": "true", "output": {"skip_audio": "false"}},
    "fractional bit rates": {"output": {"video_bitrate": 640.0, "audio_bitrate": 128.0}},
    "a numeric pass_through": {"pass_through": 1234},
    "a long numeric pass_through": {"pass_through": 12345678901234567890},
    "misspelt settings": {"output": {"widht": 320, "video-bitrate": 800}},
    "misplaced settings": {"width": 320, "output": {"region": "us", "pass_through": "x"}},
    "a playlist before its streams": {
        "outputs": [
            {"type": "playlist", "streams": [{"source": "low", "path": "low.m3u8"}]},
            {"type": "segmented", "label": "low"},
        ]
    },
    "a playlist that links by path only": {
        "outputs": [
            {"type": "segmented", "label": "low", "url": "s3://acme-out/7/low/low.m3u8"},
            {
                "type": "playlist",
                "url": "s3://acme-out/7/all.m3u8",
                "streams": [{"path": "low/low.m3u8", "bandwidth": 500}],
            },
        ]
    },
    "public as a number": {"output": {"url": "s3://acme-out/7/a.mp4", "public": 1}},
    "a watermark in percent": {"output": {"watermark": {"url": "s3://acme-in/l.png", "x": "-0", "width": "30%"}}},
    "null members": {"region": None, "notifications": None, "output": {"label": None, "width": None}},
}
# These ask for what is not made yet: refused by name, not misread.
NOT_YET: dict[str, tuple[dict[str, Any], str]] = {
    "a filter": ({"output": {"url": "s3://acme-out/7/a.mp4", "denoise": "weak"}}, "denoise"),
}


@pytest.mark.parametrize("name", SLOPPY)
def test_sloppy_bodies_are_understood(scene: Scene, name: str) -> None:
    body = {"input": "s3://acme-in/a.mov", "mock": True, **SLOPPY[name]}
    answer = post(scene, json.dumps(body).encode(), Content_Type="application/json")
    assert answer.status == 201, answer


@pytest.mark.parametrize("name", NOT_YET)
def test_what_is_not_made_yet_is_refused_by_name(scene: Scene, name: str) -> None:
    body, setting = NOT_YET[name]
    answer = post(scene, json.dumps({"input": "s3://acme-in/a.mov", "mock": True, **body}).encode())
    assert answer.status == 422, answer
    assert any(setting in sentence for sentence in answer.document["errors"]), answer


def test_what_was_ignored_is_told(scene: Scene, noise: str) -> None:
    job = scene.job({"input": noise, "output": {"widht": 320}})
    warnings = scene.ended(job)["warnings"]
    assert any("widht" in sentence for sentence in warnings), warnings


# What webhook handlers read, most read first (members of an output's and of a job's notification).
READ: dict[str, Kind] = {
    "output.state": TEXT,
    "job.id": INTEGER,
    "output.url": TEXT,
    "job.state": TEXT,
    "output.thumbnails.0.images.0.url": TEXT,
    "output.id": INTEGER,
    "output.width": INTEGER,
    "output.height": INTEGER,
    "output.label": TEXT,
    "output.duration_in_ms": INTEGER,
    "job.pass_through": TEXT,
    "input.duration_in_ms": INTEGER,
    "output.file_size_in_bytes": INTEGER,
}


@pytest.mark.parametrize("path", READ)
def test_webhook_handlers_find_what_they_read(finished: Finished, path: str) -> None:
    assert READ[path].fits(member(finished.told_output.document, path)), finished.told_output
    if path.startswith("output."):
        alike = path.replace("output.", "outputs.0.", 1)
        assert READ[path].fits(member(finished.told_job.document, alike)), finished.told_job
    else:
        assert READ[path].fits(member(finished.told_job.document, path))


def test_webhook_handlers_get_json_by_post(finished: Finished) -> None:
    for told in (finished.told_output, finished.told_job):
        assert told.headers["content-type"] == "application/json"
        assert int(told.headers["content-length"]) == len(told.body)
        assert NUMBER.fits(told.document["input"]["frame_rate"])


def test_the_fetcher_polls_and_replays(scene: Scene, finished: Finished) -> None:
    """It takes `format` away, posts the rest, and asks for what comes after sent_at the next time."""

    def poll(since: str = "") -> dict[str, Any]:
        query = f"api_key={scene.ready.api_key}&per_page=50&page=1{since}"
        headers = {"HTTP_X_FETCHER_VERSION": "0.2.3", "Accept": "*/*", "User-Agent": "Ruby"}
        answer = exchange(scene.ready.base_url, f"GET /api/notifications.json?{query}", headers)
        assert answer.status == 200 and "errors" not in answer.document, answer
        return dict(answer.document)

    first = poll()
    mine = [each for each in first["notifications"] if each["job"]["id"] == finished.id]
    assert [each.pop("format") for each in mine] == ["json"]
    assert mine == [finished.told_job.document]
    moment = datetime.strptime(first["sent_at"], "%Y-%m-%dT%H:%M:%SZ")
    assert "notifications" in poll(f"&since={moment:%Y-%m-%dT%H:%M:%SZ}&version=latest")
    assert poll("&since=2199-01-01T00:00:00+01:00")["notifications"] == []  # its + arrives as a space
