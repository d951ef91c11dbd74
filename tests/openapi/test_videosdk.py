"""The description for VideoSDK's clients: valid, up to date, and true of what the functions answer."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from scripts.openapi import __main__ as command
from scripts.openapi.operation import Undocumented
from scripts.openapi.routes import Route, routes
from scripts.openapi.videosdk import document
from stepcoder.dialects.videosdk.dialect import VideoSdk
from tests.clips import source
from tests.functions.api.videosdk import JOB, Client, client_of
from tests.functions.api.world import World, world_in_memory

WRITTEN: dict[str, Any] = json.loads(command.videosdk_text())


def test_the_written_document_is_up_to_date() -> None:
    assert command.VIDEOSDK_FILE.read_text() == command.videosdk_text(), "run `make openapi`"


def test_it_is_valid_openapi_and_has_the_nine_calls() -> None:
    validate(WRITTEN)
    # Uploading and asking where to are one address here.
    assert sum(len(methods) for methods in WRITTEN["paths"].values()) == 8


def test_a_route_without_an_entry_is_an_error() -> None:
    with pytest.raises(Undocumented, match="GET /new"):
        document([*routes(VideoSdk), Route("GET", "/new", frozenset())])


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Any:
    with world_in_memory(monkeypatch) as world:
        assert isinstance(world, World)
        yield client_of(world, monkeypatch)


def described(method: str, path: str, status: int) -> dict[str, Any]:
    """The schema of an answer, with nothing let in that it doesn't name."""
    answer = WRITTEN["paths"][path][method.lower()]["responses"][str(status)]
    schema = answer["content"]["application/json"]["schema"]
    return {**schema, "components": _closed(WRITTEN["components"])}


def _closed(value: Any) -> Any:
    if isinstance(value, list):
        return [_closed(each) for each in value]
    if not isinstance(value, dict):
        return value
    closed = {name: _closed(each) for name, each in value.items()}
    return {**closed, "additionalProperties": False} if "required" in closed and "properties" in closed else closed


def test_answers_are_as_described(client: Client) -> None:
    thumbnail = {"timestamp": "00:00:05", "resolutions": ["240"], "formats": ["webp"]}
    job = client.job(thumbnails=[thumbnail], webhookUrl="https://app.example.net/h", userData={})
    file = client.upload(source("cfr_25").read_bytes()).document
    calls = [
        ("POST", "/encoder/jobs", "/encoder/jobs", JOB, 201),
        ("POST", "/encoder/jobs", "/encoder/jobs", {"presets": 7}, 400),
        ("GET", "/encoder/jobs", "/encoder/jobs", None, 200),
        ("GET", "/encoder/jobs?page=0", "/encoder/jobs", None, 400),
        ("GET", f"/encoder/jobs/{job['id']}", "/encoder/jobs/{job_id}", None, 200),
        ("GET", "/encoder/jobs/7", "/encoder/jobs/{job_id}", None, 404),
        ("DELETE", f"/encoder/jobs/{job['id']}", "/encoder/jobs/{job_id}", None, 200),
        ("POST", "/files", "/files", None, 200),
        ("GET", "/files", "/files", None, 200),
        ("GET", f"/files/{file['id']}", "/files/{file_id}", None, 200),
        ("DELETE", f"/files/{file['id']}", "/files/{file_id}", None, 200),
        ("DELETE", f"/files/{file['id']}", "/files/{file_id}", None, 404),
    ]
    for method, path, template, body, status in calls:
        reply = client.call(method, path, body)
        assert reply.status == status, (method, path, reply.body)
        jsonschema.validate(reply.document, described(method, template, status))
    jsonschema.validate(file, described("POST", "/files", 201))
    refused = client.call("GET", "/files", token="x")
    jsonschema.validate(refused.document, described("GET", "/files", 401))
