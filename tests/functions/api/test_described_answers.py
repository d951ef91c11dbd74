"""What the API answers is what its description says it answers, member by member, at every stage of a job's life."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from scripts.openapi.__main__ import FILE
from scripts.openapi.operation import Operation
from scripts.openapi.operations import OPERATIONS
from tests.functions.api.test_reading import INPUT_FACTS, OUTPUT_FACTS, STILLS
from tests.functions.api.world import World
from tests.openapi.strict import problems

DOCUMENT: dict[str, Any] = json.loads(FILE.read_text())
READ_ONLY_CALLS = ("/jobs/{job}", "/jobs/{job}/progress", "/inputs/{input}", "/inputs/{input}/progress")
READ_ONLY_CALLS += ("/outputs/{output}", "/outputs/{output}/progress")
CALLS = ("/jobs", "/account", "/account/keys", "/account/secrets", "/credentials", "/notifications")
CALLS += ("/reports/vod", "/reports/minutes", "/reports/live", "/reports/all", "/jobs/{job}/notifications")

JOB = {
    "input": "s3://acme-in/tape7.mov",
    "pass_through": "asset-7",
    "unheard_of": 1,
    "notifications": ["https://hook.example/job", "http://zencoderfetcher/"],
    "outputs": [{"label": "web", "notifications": ["me@example.org"]}, {"url": "s3://acme-out/7/sd.mp4"}],
}


def operation(method: str, path: str) -> Operation:
    """The entry that describes a call."""
    for entry in OPERATIONS:
        if method in (entry.method, *entry.also) and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", entry.path), path):
            return entry
    raise AssertionError(f"nothing describes {method} {path}")


def described(world: World, key: str | None, method: str, path: str, body: object = None) -> Any:
    """The answer to a call that succeeds, after a look at whether it is as described."""
    reply, entry = world.call(method, path, body, key=key), operation(method, path.partition("?")[0])
    assert reply.status == entry.status, reply.body
    if entry.answer is None:
        assert reply.body == ""
        return None
    assert problems(entry.answer, reply.document) == []
    return reply.document


class Job:
    """A job that is moved through its life as the steps move it."""

    def __init__(self, world: World, key: str) -> None:
        self.records = world.records
        created = described(world, key, "POST", "/jobs", JOB)
        self.job = self.records.job(created["id"])
        self.ids = {"job": self.job.id, "input": self.job.input_id, "output": self.job.output_ids[0]}

    def wait(self) -> None:
        """As it was created."""

    def download(self) -> None:
        self.records.move_job(self.job.id, "processing")
        self.records.move_input(self.job.input_id, "processing")
        self.records.set_input_progress(self.job.input_id, "Downloading", 50.0)

    def encode(self) -> None:
        self.download()
        self.records.move_input(self.job.input_id, "finished", facts={**INPUT_FACTS, "channels": 2})
        for output_id in self.job.output_ids:
            self.records.set_output_totals(output_id, 200)
            self.records.move_output(output_id, "processing")

    def upload(self) -> None:
        self.encode()
        self.records.move_output(self.job.output_ids[0], "uploading")

    def finish(self) -> None:
        self.encode()
        for output_id in self.job.output_ids:
            self.records.move_output(output_id, "uploading")
            self.records.move_output(output_id, "finished", facts=OUTPUT_FACTS, thumbnails=STILLS)
        self.records.move_job(self.job.id, "finished")

    def finish_elsewhere(self) -> None:
        self.encode()
        fallback = {name: ["UploadTimeoutError", "The place took nothing."] for name in ("upload", "thumbnails")}
        for output_id in self.job.output_ids:
            self.records.move_output(output_id, "uploading")
            self.records.move_output(output_id, "finished", facts=OUTPUT_FACTS, fallback=fallback)
        self.records.move_job(self.job.id, "finished")

    def fail(self) -> None:
        failure = {"error_class": "FileNotFoundError", "error_message": "The file was not found."}
        self.records.move_input(self.job.input_id, "failed", **failure)
        self.records.move_output(self.job.output_ids[0], "failed", **failure)
        self.records.move_output(self.job.output_ids[1], "no_input")
        self.records.move_job(self.job.id, "failed")


STAGES: tuple[Callable[[Job], None], ...] = (Job.wait, Job.download, Job.encode, Job.upload, Job.finish)
STAGES += (Job.finish_elsewhere, Job.fail)


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
def test_reads_are_as_described_at_every_stage(world: World, key: str, stage: Callable[[Job], None]) -> None:
    job = Job(world, key)
    stage(job)
    for path in (*READ_ONLY_CALLS, *CALLS):
        described(world, key, "GET", path.format(**job.ids))


@pytest.mark.parametrize("stage", [Job.encode, Job.finish_elsewhere, Job.fail], ids=lambda stage: stage.__name__)
def test_what_a_read_only_key_sees_is_as_described(world: World, key: str, stage: Callable[[Job], None]) -> None:
    job = Job(world, key)
    stage(job)
    sees = described(world, key, "POST", "/account/keys", {"kind": "read_only", "label": "player"})["api_key"]
    for path in READ_ONLY_CALLS:
        described(world, sees, "GET", path.format(**job.ids))
    for path in CALLS:
        reply = world.call("GET", path.format(**job.ids), key=sees)
        assert (reply.status, problems("Errors", reply.document)) == (401, [])


def test_changes_answer_as_described(world: World, key: str) -> None:
    job = Job(world, key)
    described(world, key, "PUT", "/account/integration")
    assert described(world, key, "POST", "/jobs", JOB)["test"] is True
    described(world, key, "PUT", "/account/live")
    described(world, key, "POST", "/jobs", {**JOB, "mock": True})
    described(world, key, "POST", "/account/secrets/rotate")
    described(world, key, "GET", "/account/secrets")
    revoked = described(world, key, "POST", "/account/keys", {})["id"]
    described(world, key, "DELETE", f"/account/keys/{revoked}")
    for method, path in (("PUT", "cancel"), ("PUT", "resubmit"), ("GET", "cancel"), ("POST", "resubmit")):
        described(world, key, method, f"/jobs/{job.job.id}/{path}")
    described(world, key, "DELETE", f"/jobs/{job.job.id}")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/jobs/9", None, 404),
        ("PUT", "/jobs/9/cancel", None, 404),
        ("PUT", "/jobs/{job}/finish", None, 409),
        ("GET", "/jobs?page=0", None, 422),
        ("POST", "/jobs", {}, 422),
        ("POST", "/jobs", "{", 400),
        ("POST", "/jobs", " " * 1_100_000, 413),
        ("POST", "/account", {}, 422),
        ("GET", "/reports/vod?from=x", None, 422),
        ("GET", "/notifications?since=x", None, 422),
        ("DELETE", "/account/keys/9", None, 404),
    ],
)
def test_refusals_are_described(world: World, key: str, method: str, path: str, body: object, status: int) -> None:
    path = path.format(**Job(world, key).ids)
    reply = world.call(method, path, body, key=key)
    assert (reply.status, problems("Errors", reply.document)) == (status, [])
    call = DOCUMENT["paths"][operation(method, path.partition("?")[0]).path][method.lower()]
    assert str(status) in call["responses"]


@pytest.mark.parametrize("path", DOCUMENT["paths"])
def test_methods_that_are_not_described_are_not_taken(world: World, key: str, path: str) -> None:
    taken = {method.upper() for method in DOCUMENT["paths"][path]}
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH"} - taken:
        reply = world.call(method, re.sub(r"\{\w+\}", "7", path), key=key)
        assert (reply.status, problems("Errors", reply.document)) == (405, [])
        assert set(reply.headers["Allow"].split(", ")) - {"HEAD"} == taken
