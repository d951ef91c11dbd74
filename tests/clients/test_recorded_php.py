"""The PHP client's requests as curl sends them: suffixes, escaped slashes, Expect; and how it reads answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.clients.conftest import Finished
from tests.clients.raw_http import Answer, exchange
from tests.conformance.scene import Scene

pytestmark = [pytest.mark.journey, pytest.mark.timeout(90)]


def json_encode(value: Any) -> bytes:
    """As PHP writes it: slashes escaped, everything beyond ASCII too."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode()


class Php:
    """`/api/v2` is fixed; only the host can be changed."""

    def __init__(self, scene: Scene, key: str | None = None) -> None:
        self.base = scene.ready.base_url
        self.key = key or scene.ready.api_key

    def __call__(self, method: str, path: str, body: bytes = b"", **more: str) -> Answer:
        headers = {"User-Agent": "ZencoderPHP v2.2.3", "Accept": "*/*"}
        if method != "GET":
            headers |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        headers |= {"Zencoder-Api-Key": self.key, **more}
        return exchange(self.base, f"{method} /api/v2/{path}", headers, body)


def read(answer: Answer) -> Any:
    """What the client returns: True for a 204, the document for another success. Raises as it does."""
    head, _, body = (answer.head + "\r\n\r\n" + answer.body.decode()).partition("\r\n\r\n")
    headers = {}
    for line in head.split("\r\n")[1:]:
        name, value = line.split(":", 1)  # an undefined offset if there is no colon
        headers[name] = value.strip()
    if answer.status == 204 or (answer.status in (200, 201) and not body.strip()):
        return True
    # Header names are compared with these two spellings only, and types with these two.
    content_type = headers.get("Content-Type") or headers.get("content-type")
    if content_type not in ("application/json", "application/json; charset=utf-8"):
        raise ValueError(f"Unexpected content type: {content_type}")
    if not 200 <= answer.status < 300:
        raise LookupError(answer.status, body)
    return json.loads(body)


@pytest.fixture
def php(scene: Scene) -> Php:
    return Php(scene)


def test_create_with_escaped_slashes(php: Php) -> None:
    url = "s3://acme-out/7/größe.mp4"
    body = json_encode({"input": "s3://acme-in/a.mov", "mock": True, "outputs": [{"label": "web", "url": url}]})
    assert b"s3:\\/\\/acme-in\\/a.mov" in body
    created = read(php("POST", "jobs.json", body))
    assert created["outputs"][0]["url"] == "http://acme-out.s3.amazonaws.com/7/größe.mp4"


@pytest.mark.parametrize("outputs", [[], [[]], {"label": "web", "thumbnails": []}, {"notifications": []}])
def test_empty_arrays_stand_for_nothing(php: Php, outputs: Any) -> None:
    """PHP has one kind of array, so an empty hash is sent as []."""
    created = read(
        php("POST", "jobs.json", json_encode({"input": "s3://a-in/a.mov", "mock": True, "outputs": outputs}))
    )
    assert len(created["outputs"]) == 1


def test_large_bodies_wait_for_leave(php: Php) -> None:
    outputs = [{"label": f"output {number}", "filename": "x" * 100 + f"{number}.mp4"} for number in range(20)]
    body = json_encode({"input": "s3://a-in/a.mov", "mock": True, "outputs": outputs})
    assert len(body) > 1024  # from here on curl asks first
    answer = php("POST", "jobs.json", body, Expect="100-continue")
    assert len(read(answer)["outputs"]) == 20


def test_large_bodies_that_are_refused(php: Php) -> None:
    body = json_encode({"input": "film.mov", "comment": "x" * 5000})
    answer = php("POST", "jobs.json", body, Expect="100-continue")
    with pytest.raises(LookupError) as refused:
        read(answer)
    assert refused.value.args[0] == 422


def test_lists_have_a_suffix(php: Php, finished: Finished) -> None:
    jobs = read(php("GET", "jobs.json?page=1&per_page=50"))
    assert finished.id in [each["job"]["id"] for each in jobs]


def test_details_and_progress(php: Php, finished: Finished) -> None:
    job = read(php("GET", f"jobs/{finished.id}.json"))["job"]
    # It keys thumbnails by the label of their set.
    assert {each["group_label"]: each["url"] for each in job["thumbnails"]}.keys() == {"poster"}
    assert job["output_media_files"][0]["label"] == "web"
    assert read(php("GET", f"jobs/{finished.id}/progress.json"))["state"] == "finished"
    assert read(php("GET", f"inputs/{finished.input_id}.json"))["state"] == "finished"
    assert read(php("GET", f"inputs/{finished.input_id}/progress.json")) == {"state": "finished"}
    assert read(php("GET", f"outputs/{finished.output_id}.json"))["label"] == "web"
    assert read(php("GET", f"outputs/{finished.output_id}/progress.json")) == {"state": "finished"}


@pytest.mark.parametrize("suffix", ["", ".json"])
def test_actions_are_a_put_without_a_body(php: Php, scene: Scene, suffix: str) -> None:
    with scene.downloading() as source:
        job = read(php("POST", "jobs", json_encode({"input": source})))["id"]
        answer = php("PUT", f"jobs/{job}/cancel{suffix}", Expect="100-continue")
    assert (answer.status, answer.body) == (204, b"")
    assert read(answer) is True
    with pytest.raises(LookupError) as refused:
        read(php("PUT", f"jobs/{job}/cancel{suffix}"))
    assert refused.value.args[0] == 409


def test_the_account(php: Php, scene: Scene) -> None:
    body = json_encode({"email": "php@example.com", "terms_of_service": "1", "newsletter": "0"})
    newcomer = Php(scene, read(php("POST", "account", body))["api_key"])
    assert read(newcomer("GET", "account.json"))["integration_mode"] is False
    assert read(newcomer("PUT", "account/integration")) is True
    assert read(newcomer("GET", "account.json"))["integration_mode"] is True
    assert read(newcomer("PUT", "account/live")) is True


@pytest.mark.parametrize("name", ["vod", "live", "all", "minutes"])
def test_reports(php: Php, name: str) -> None:
    assert sorted(read(php("GET", f"reports/{name}.json?from=2020-01-01&to=2020-01-31"))) == ["statistics", "total"]


def test_errors_are_bodies_it_can_show(scene: Scene) -> None:
    with pytest.raises(LookupError) as refused:
        read(Php(scene, "nonsense")("GET", "jobs.json"))
    status, body = refused.value.args
    assert status == 401
    assert json.loads(body)["errors"]


def test_notifications_are_read_as_a_job(finished: Finished) -> None:
    told = finished.told_output.document
    outputs = told.get("outputs") or [told["output"]]
    assert [each["label"] for each in outputs] == ["web"]
    assert told["job"]["id"] == finished.id
    assert told["input"]["state"] == "finished"
