"""POST /jobs (zencoder-api 2.1)."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.functions.api.world import World

INPUT = "s3://acme-in/tape7.mov"


def test_the_answer_has_id_and_outputs_in_request_order(world: World, key: str) -> None:
    outputs = [{"label": f"o{number}", "url": f"s3://acme-out/7/{number}.mp4"} for number in range(20)]
    reply = world.call("POST", "/jobs", {"input": INPUT, "outputs": outputs}, key=key)
    assert reply.status == 201
    assert reply.document == {
        "id": 1001,
        "outputs": [
            {
                "id": 1003 + number,
                "label": f"o{number}",
                "url": f"http://acme-out.s3.amazonaws.com/7/{number}.mp4",
            }
            for number in range(20)
        ],
    }


@pytest.mark.parametrize("output", [{"outputs": {}}, {"outputs": []}, {"output": {}}, {"output": [{}]}, {}])
def test_an_output_that_says_nothing_is_a_default_one_in_temporary_storage(
    world: World, key: str, output: dict[str, Any]
) -> None:
    (made,) = world.call("POST", "/jobs", {"input": INPUT, **output}, key=key).document["outputs"]
    url = urlsplit(made["url"])
    assert made["label"] is None
    assert url.scheme == "https"
    assert re.fullmatch(r"(/stepcoder-output)?/o/\d{8}/[0-9a-f]{32}/[0-9a-f]{32}\.mp4", url.path)
    assert parse_qs(url.query)["X-Amz-Expires"] == ["86399"]


@pytest.mark.parametrize(
    ("output", "shown"),
    [
        ({"url": "s3://acme-out/7/web.mp4"}, "http://acme-out.s3.amazonaws.com/7/web.mp4"),
        (
            {"base_url": "s3://acme-out/7/", "filename": "web.mp4"},
            "http://acme-out.s3.amazonaws.com/7/web.mp4",
        ),
        ({"base_url": "s3://acme-out/7", "filename": "web.mp4"}, "http://acme-out.s3.amazonaws.com/7/web.mp4"),
    ],
)
def test_a_destination_is_shown_as_an_address(world: World, key: str, output: dict[str, str], shown: str) -> None:
    reply = world.call("POST", "/jobs", {"input": INPUT, "output": output}, key=key)
    assert reply.document["outputs"][0]["url"] == shown


def test_details_show_the_same_addresses_as_the_answer(world: World, key: str) -> None:
    made = world.job(key, output=[{}, {"url": "s3://acme-out/7/web.mp4"}])
    job = world.call("GET", f"/jobs/{made['id']}", key=key).document["job"]
    shown = [{name: output[name] for name in ("id", "label", "url")} for output in job["output_media_files"]]
    assert shown == made["outputs"]


def test_test_is_told_only_when_true(world: World, key: str) -> None:
    assert "test" not in world.job(key)
    assert "test" not in world.job(key, test=False)
    assert world.job(key, test=True)["test"] is True
    assert world.job(key, test="1")["test"] is True


def test_a_mock_job_is_described_and_nothing_else(world: World, key: str) -> None:
    outputs = [{"label": "web", "url": "s3://acme-out/7/web.mp4"}, {}]
    reply = world.call("POST", "/jobs", {"input": INPUT, "mock": True, "outputs": outputs}, key=key)
    assert reply.status == 201
    assert reply.document["id"] is None
    assert [output["id"] for output in reply.document["outputs"]] == [None, None]
    assert reply.document["outputs"][0]["url"] == "http://acme-out.s3.amazonaws.com/7/web.mp4"
    assert world.call("GET", "/jobs", key=key).document == []
    assert world.started == []


def test_a_job_is_started_once_and_waits(world: World, key: str) -> None:
    made = world.job(key)
    assert world.started == [made["id"]]
    assert world.call("GET", f"/jobs/{made['id']}/progress", key=key).document["state"] == "waiting"


def test_a_job_that_can_t_be_started_is_accepted_all_the_same(world: World, key: str) -> None:
    world.workflow_fault = RuntimeError("no such state machine")
    made = world.job(key)
    assert world.call("GET", f"/jobs/{made['id']}", key=key).document["job"]["state"] == "pending"
    assert list(world.records.unfinished_jobs()) == [made["id"]]  # where the sweeper looks


def test_more_than_20_outputs_are_refused_in_the_reference_s_words(world: World, key: str) -> None:
    reply = world.call("POST", "/jobs", {"input": INPUT, "outputs": [{}] * 21}, key=key)
    assert reply.status == 422
    assert reply.errors[0].startswith("There is a limit of 20 outputs per job. If you need more outputs, ")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"input": None},
        {"input": ""},
        {"input": 5},
        {"input": "not a url"},
        {"input": "file:///etc/passwd"},
        {"input": "http://"},
        {"input": INPUT, "outputs": 5},
        {"input": INPUT, "outputs": ["x"]},
        {"input": INPUT, "output": {"url": "s3://acme-out/"}},
        {"input": INPUT, "output": {"url": "s3://acme-out"}},
        {"input": INPUT, "output": {"width": "wide"}},
        {"input": INPUT, "output": {"size": "640"}},
        {"input": INPUT, "output": {"quality": 9}},
        {"input": INPUT, "output": {"thumbnails": "x"}},
        {"input": INPUT, "pass_through": "x" * 256},
        {"input": INPUT, "notifications": ["https://h.example.com/"] * 6},
        {"input": INPUT, "outputs": [{"label": "a"}, {"label": "a"}]},
        {"input": INPUT, "outputs": [{"type": "playlist", "streams": [{"source": "nobody", "path": "x.m3u8"}]}]},
    ],
)
def test_a_request_that_can_t_be_done_is_422_in_sentences(world: World, key: str, body: dict[str, Any]) -> None:
    reply = world.call("POST", "/jobs", body, key=key)
    assert reply.status == 422, reply.body
    assert all(len(sentence) > 10 for sentence in reply.errors)
    assert world.started == []
    assert world.call("GET", "/jobs", key=key).document == []


def test_unknown_members_are_ignored(world: World, key: str) -> None:
    world.job(key, no_such_member={"a": [1]}, output={"url": "s3://acme-out/x.mp4", "no_such_member": 1})


def test_the_key_in_the_body_is_not_stored(world: World, key: str) -> None:
    reply = world.call("POST", "/jobs", {"input": INPUT, "api_key": key})
    assert reply.status == 201
    assert key not in str(world.records.request(reply.document["id"]))


def test_a_broken_body_asks_for_no_key_first(world: World) -> None:
    assert world.call("POST", "/jobs", "{").status == 400
    assert world.call("POST", "/jobs", {}).status == 401
