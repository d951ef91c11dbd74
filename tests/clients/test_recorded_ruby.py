"""The Ruby client's requests, byte for byte as Net::HTTP sends them, and what the client reads of the answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.clients.conftest import Finished
from tests.clients.raw_http import Answer, exchange
from tests.conformance.scene import Scene

pytestmark = [pytest.mark.journey, pytest.mark.timeout(90)]


class Ruby:
    """Default headers, a key header, `/` between base URL and path, and a body on every POST and PUT."""

    def __init__(self, scene: Scene, **headers: str) -> None:
        self.base = scene.ready.base_url
        self.headers = {
            "Accept-Encoding": "gzip;q=1.0,deflate;q=0.6,identity;q=0.3",
            "Accept": "*/*, application/json",
            "User-Agent": "Ruby",
            "Content-Type": "application/json",
            "Zencoder-Api-Key": scene.ready.api_key,
            **headers,
        }

    def __call__(self, method: str, path: str, params: Any = None) -> Answer:
        body = b"" if method == "GET" else json.dumps({} if params is None else params).encode()
        length = {} if method == "GET" else {"Content-Length": str(len(body))}
        return exchange(self.base, f"{method} /api/v2/{path}", {**self.headers, **length}, body)


def read(answer: Answer) -> tuple[int, Any, list[str]]:
    """Code, body and errors as Zencoder::Response has them: a body that is no JSON stays text."""
    try:
        body = json.loads(answer.body)
    except ValueError:
        body = answer.body.decode()
    return answer.status, body, body.get("errors", []) if isinstance(body, dict) else []


@pytest.fixture
def ruby(scene: Scene) -> Ruby:
    return Ruby(scene)


def test_a_content_type_on_get_is_no_reason_to_look_for_a_body(ruby: Ruby, finished: Finished) -> None:
    code, body, _ = read(ruby("GET", f"jobs/{finished.id}"))
    assert (code, body["job"]["state"]) == (200, "finished")


def test_lists_with_an_empty_state(ruby: Ruby, finished: Finished) -> None:
    code, body, _ = read(ruby("GET", "jobs?page=1&per_page=50&state="))
    assert code == 200
    assert finished.id in [each["job"]["id"] for each in body]


def test_create(ruby: Ruby) -> None:
    code, body, errors = read(ruby("POST", "jobs", {"input": "s3://acme-in/a.mov", "mock": True}))
    assert (code, body["id"], errors) == (201, None, [])


def test_create_with_nothing(ruby: Ruby) -> None:
    code, _, errors = read(ruby("POST", "jobs"))
    assert code == 422
    assert errors


def test_progress_and_details(ruby: Ruby, finished: Finished) -> None:
    assert read(ruby("GET", f"jobs/{finished.id}/progress"))[1]["state"] == "finished"
    assert read(ruby("GET", f"inputs/{finished.input_id}"))[1]["file_size_in_bytes"] > 0
    assert read(ruby("GET", f"inputs/{finished.input_id}/progress"))[1] == {"state": "finished"}
    assert read(ruby("GET", f"outputs/{finished.output_id}"))[1]["label"] == "web"
    assert read(ruby("GET", f"outputs/{finished.output_id}/progress"))[1] == {"state": "finished"}


@pytest.mark.parametrize("action", ["resubmit", "cancel", "finish"])
def test_actions_are_a_put_of_an_empty_hash(ruby: Ruby, finished: Finished, action: str) -> None:
    code, _, errors = read(ruby("PUT", f"jobs/{finished.id}/{action}"))
    assert code == 409
    assert errors


def test_delete_has_a_key_and_no_body(scene: Scene, ruby: Ruby, finished: Finished) -> None:
    answer = exchange(ruby.base, f"DELETE /api/v2/jobs/{finished.id}", ruby.headers)
    assert read(answer)[0] == 409


def test_older_versions_get_with_the_key_in_the_query(scene: Scene, finished: Finished) -> None:
    headers = {"Accept": "*/*, application/json", "User-Agent": "Ruby", "Content-Type": "application/json"}
    for action in ("resubmit", "cancel"):
        path = f"/api/v1/jobs/{finished.id}/{action}?api_key={scene.ready.api_key}"
        assert exchange(scene.ready.base_url, f"GET {path}", headers).status == 409
    listing = f"/api/jobs?api_key={scene.ready.api_key}&page=1&per_page=50"
    assert exchange(scene.ready.base_url, f"GET {listing}", headers).status == 200


def test_the_account(scene: Scene, ruby: Ruby) -> None:
    code, body, _ = read(ruby("POST", "account", {"terms_of_service": "1", "email": "ruby@example.com"}))
    assert (code, sorted(body)) == (201, ["api_key", "password"])
    newcomer = Ruby(scene, **{"Zencoder-Api-Key": body["api_key"]})
    assert read(newcomer("GET", "account"))[1]["account_state"] == "active"
    for mode, on in (("integration", True), ("live", False)):
        answer = newcomer("PUT", f"account/{mode}")
        assert (answer.status, answer.body) == (204, b"")
        assert read(newcomer("GET", "account"))[1]["integration_mode"] is on


@pytest.mark.parametrize("name", ["minutes", "vod", "live", "all"])
def test_reports(ruby: Ruby, name: str) -> None:
    code, body, _ = read(ruby("GET", f"reports/{name}?from=2020-01-01&to=2020-01-31&grouping=tv"))
    assert (code, sorted(body)) == (200, ["statistics", "total"])


def test_notifications(ruby: Ruby, finished: Finished) -> None:
    code, body, _ = read(ruby("GET", "notifications?page=1&per_page=50"))
    assert (code, sorted(body)) == (200, ["notifications", "sent_at"])
    code, body, _ = read(ruby("GET", f"notifications?page=1&per_page=50&since_id={finished.id}"))
    assert finished.id not in [each["job"]["id"] for each in body["notifications"]]


def test_errors_are_read_from_errors(scene: Scene) -> None:
    code, _, errors = read(Ruby(scene, **{"Zencoder-Api-Key": "nonsense"})("GET", "account"))
    assert code == 401
    assert errors


# Written by Rails' to_xml: hyphens in names, types as attributes.
RAILS = """<?xml version="1.0" encoding="UTF-8"?>
<api-request>
  <input>s3://acme-in/a.mov</input>
  <mock type="boolean">true</mock>
  <pass-through>rails</pass-through>
  <outputs type="array">
    <output>
      <label>web</label>
      <video-bitrate type="integer">{bitrate}</video-bitrate>
      <skip-audio type="boolean">false</skip-audio>
      <height nil="true"/>
    </output>
  </outputs>
</api-request>
"""


@pytest.mark.parametrize(("bitrate", "status"), [("800", 201), ("plenty", 422)])
def test_xml_as_rails_writes_it(scene: Scene, bitrate: str, status: int) -> None:
    body = RAILS.format(bitrate=bitrate).encode()
    headers = {
        "Accept": "*/*, application/xml",
        "Content-Type": "application/xml",
        "Zencoder-Api-Key": scene.ready.api_key,
        "Content-Length": str(len(body)),
    }
    answer = exchange(scene.ready.base_url, "POST /api/v2/jobs.xml", headers, body)
    assert answer.status == status, answer
    if status == 422:
        assert "video_bitrate" in answer.tree.findtext("errors/error", "")
    else:
        assert answer.tree.findtext("job/outputs/output/label") == "web"
