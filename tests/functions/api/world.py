"""The API functions with AWS's services in memory and a workflow that only remembers what it was asked to start."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from stepcoder import rates, runtime
from stepcoder.aws import workflow
from stepcoder.records import credentials
from stepcoder.records.store import Records, records

SAMPLES = Path(__file__).parents[3] / "events" / "api"
REGION = "eu-west-1"
_TABLE = {
    "TableName": "jobs",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": "path", "AttributeType": "S"},
        {"AttributeName": "account_id", "AttributeType": "N"},
        {"AttributeName": "job_id", "AttributeType": "N"},
        {"AttributeName": "unfinished", "AttributeType": "S"},
        {"AttributeName": "told_account", "AttributeType": "N"},
        {"AttributeName": "told_at", "AttributeType": "S"},
        {"AttributeName": "files_account", "AttributeType": "N"},
        {"AttributeName": "file_id", "AttributeType": "N"},
    ],
    "KeySchema": [{"AttributeName": "path", "KeyType": "HASH"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": name,
            "KeySchema": [
                {"AttributeName": attribute, "KeyType": "HASH"},
                {"AttributeName": order, "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
        for name, attribute, order in (
            ("account-jobs", "account_id", "job_id"),
            ("unfinished", "unfinished", "job_id"),
            ("told", "told_account", "told_at"),
            ("account-files", "files_account", "file_id"),
        )
    ],
}


# Parts of paths by which the function that serves them is known, the more telling ones first.
FUNCTIONS = (
    *("encoder", "files", "keys", "secrets", "credentials", "account", "jobs", "inputs", "outputs", "reports"),
    *("notifications", "openapi"),
)


@dataclass
class Reply:
    """What a handler answered. `document` is the decoded body, None when there is no body."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def document(self) -> Any:
        return json.loads(self.body) if self.body else None

    @property
    def errors(self) -> list[str]:
        assert list(self.document) == ["errors"]
        assert self.document["errors"] and all(isinstance(sentence, str) for sentence in self.document["errors"])
        return self.document["errors"]


@dataclass
class World:
    """Calls handlers as HTTP API would. `started` lists the jobs whose execution was started."""

    started: list[int] = field(default_factory=list)
    workflow_fault: Exception | None = None

    @property
    def records(self) -> Records:
        return records()

    def account(self, email: str = "ada@example.com") -> str:
        """The key of a new account."""
        reply = self.call("POST", "/account", {"terms_of_service": "1", "email": email})
        assert reply.status == 201
        return reply.document["api_key"]

    def job(self, key: str, **members: Any) -> dict[str, Any]:
        """What POST /jobs answered for a small job."""
        body = {"input": "s3://acme-in/tape7.mov", "output": {"label": "web", "url": "s3://acme-out/7/web.mp4"}}
        reply = self.call("POST", "/jobs", {**body, **members}, key=key)
        assert reply.status == 201, reply.body
        return reply.document

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        key: str | None = None,
        prefix: str = "/api/v2",
        **changes: Any,
    ) -> Reply:
        """One call. A body that isn't text is sent as JSON; `changes` replace members of the event."""
        path, _, query = path.partition("?")
        event = sample("unknown_path")
        event["rawPath"] = event["requestContext"]["http"]["path"] = prefix + path
        event["requestContext"]["http"]["method"] = method
        event["queryStringParameters"] = dict(pair.split("=", 1) for pair in query.split("&") if pair)
        event["headers"].pop("zencoder-api-key")
        if key is not None:
            event["headers"]["zencoder-api-key"] = key
        if body is not None:
            event["body"] = body if isinstance(body, str) else json.dumps(body)
        return self.send({**event, **changes})

    def send(self, event: dict[str, Any]) -> Reply:
        """Give an event to the function that the template routes its path to."""
        parts = event["rawPath"].strip("/").split("/")
        known = FUNCTIONS if parts[0] not in ("uploads", "encoded") else (parts[0],)
        name = next((function for function in known for part in parts if part.split(".")[0] == function), "account")
        name = {"secrets": "keys", "uploads": "downloads", "encoded": "downloads", "openapi": "documentation"}.get(
            name, name
        )
        answer = importlib.import_module(f"api.{name}").handler(event, None)
        return Reply(answer["statusCode"], answer["headers"], answer["body"] or "")

    def start_job(self, job_id: int, attempt: int) -> None:
        if self.workflow_fault is not None:
            raise self.workflow_fault
        self.started.append(job_id)


def sample(name: str, key: str | None = None) -> dict[str, Any]:
    """One of the sample events, with a key that exists if one is given."""
    event: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    if key is not None:
        event["headers"]["zencoder-api-key"] = key
    return event


_new_client = runtime.client


@cache
def _lasting_client(service: str) -> Any:
    # Making a client costs more than everything else in a test here, and moto's worlds all look alike to it.
    return _new_client(service)


@contextmanager
def world_in_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A fresh table, queue and set of buckets; no network."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "STEPCODER_TABLE": "jobs",
        "STEPCODER_WORK_BUCKET": "stepcoder-work",
        "STEPCODER_OUTPUT_BUCKET": "stepcoder-output",
        "STEPCODER_UPLOAD_BUCKET": "stepcoder-upload",
        "STEPCODER_RATE_LIMITS": "default=1000000,create_job=1000000,output_progress=1000000",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        runtime.reset()
        rates.forget()
        monkeypatch.setattr(runtime, "client", _lasting_client)
        monkeypatch.setattr(credentials, "_N", 2)  # hashing passwords is slow on purpose
        runtime.client("dynamodb").create_table(**_TABLE)
        queue = runtime.client("sqs").create_queue(QueueName="notifications")
        monkeypatch.setenv("STEPCODER_NOTIFICATION_QUEUE_URL", queue["QueueUrl"])
        world = World()
        monkeypatch.setattr(workflow, "start_job", world.start_job)
        monkeypatch.setattr(workflow, "execution_status", lambda job_id, attempt: None)
        yield world
    runtime.reset()
