"""An AWS in this process for tests of storage and messaging: table, buckets, queue, executions that only wait."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws
from moto.core.botocore_stubber import BotocoreStubber

from stepcoder import runtime
from stepcoder.records.model import Input, Job, Output
from stepcoder.records.store import Records, records

_KEYS = {
    "TableName": "jobs-table",
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
            "IndexName": "account-jobs",
            "KeySchema": [
                {"AttributeName": "account_id", "KeyType": "HASH"},
                {"AttributeName": "job_id", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["state", "deleted_at"]},
        },
        {
            "IndexName": "unfinished",
            "KeySchema": [
                {"AttributeName": "unfinished", "KeyType": "HASH"},
                {"AttributeName": "job_id", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
        {
            "IndexName": "told",
            "KeySchema": [
                {"AttributeName": "told_account", "KeyType": "HASH"},
                {"AttributeName": "told_at", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
        {
            "IndexName": "account-files",
            "KeySchema": [
                {"AttributeName": "files_account", "KeyType": "HASH"},
                {"AttributeName": "file_id", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        },
    ],
}
_MACHINE = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
# Making a client takes longer than most tests; what it talks to is fresh each time all the same.
_kept_clients: dict[str, Any] = {}
_turn = threading.RLock()
_ROLE = "arn:aws:iam::123456789012:role/workflow"


class Clock:
    """Stands still until told."""

    def __init__(self) -> None:
        self.now = datetime(2031, 4, 5, 6, 7, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **units: float) -> None:
        self.now += timedelta(**units)


@dataclass
class Cloud:
    clock: Clock

    @property
    def records(self) -> Records:
        return records()

    def add_job(self, outputs: int = 1, *, account_id: int = 7, state: str = "pending", **fields: Any) -> Job:
        """A job in the table. `targets` are webhooks of the job, `output_targets` of every output."""
        targets = [{"url": url} for url in fields.pop("targets", [])]
        output_targets = [{"url": url} for url in fields.pop("output_targets", [])]
        job_id, input_id, output_ids = self.records.new_ids(outputs)
        job = Job(
            id=job_id,
            account_id=account_id,
            input_id=input_id,
            output_ids=tuple(output_ids),
            state=state,
            notifications=targets,
            **fields,
        )
        source = Input(id=input_id, job_id=job_id, account_id=account_id, url="s3://in/a.mov")
        made = [
            Output(
                id=output_id,
                job_id=job_id,
                account_id=account_id,
                index=index,
                url=f"https://out.example/{index}.mp4",
                notifications=output_targets,
            )
            for index, output_id in enumerate(output_ids)
        ]
        self.records.create(job, source, made, {"input": "s3://in/a.mov"})
        return job

    def run_to_end(self, job: Job) -> None:
        """Move the job's input and outputs to finished, as the steps do; the job itself stays processing."""
        self.records.move_job(job.id, "processing")
        self.records.move_input(job.input_id, "processing")
        self.records.move_input(job.input_id, "finished")
        for output_id in job.output_ids:
            for state in ("processing", "uploading", "finished"):
                self.records.move_output(output_id, state)

    def received(self) -> list[dict[str, Any]]:
        """Every message now visible in the queue, with the SQS record under "record"."""
        queue, found = runtime.settings().notification_queue_url, []
        while True:
            answer = runtime.client("sqs").receive_message(
                QueueUrl=queue, MaxNumberOfMessages=10, MessageSystemAttributeNames=["ApproximateReceiveCount"]
            )
            if not answer.get("Messages"):
                return found
            found += [{**json.loads(record["Body"]), "record": record} for record in answer["Messages"]]

    def events(self) -> list[str]:
        """The event ids of `received`, sorted."""
        return sorted(message["event_id"] for message in self.received())

    def stop_execution(self, job_id: int, attempt: int = 0) -> None:
        machine = runtime.settings().state_machine_arn
        arn = machine.replace(":stateMachine:", ":execution:") + f":job-{job_id}-{attempt}"
        runtime.client("stepfunctions").stop_execution(executionArn=arn)


@pytest.fixture
def cloud(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """See cloud_in_memory."""
    with cloud_in_memory(monkeypatch) as made:
        yield made


@contextmanager
def cloud_in_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """A fresh AWS with everything the settings name, and a clock that stands still."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "STEPCODER_TABLE": "jobs-table",
        "STEPCODER_WORK_BUCKET": "work-bucket",
        "STEPCODER_OUTPUT_BUCKET": "output-bucket",
        "STEPCODER_UPLOAD_BUCKET": "upload-bucket",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    clock = Clock()
    monkeypatch.setattr(runtime, "now", clock)
    runtime.reset()
    runtime._clients.update(_kept_clients)
    monkeypatch.setattr(BotocoreStubber, "__call__", _one_by_one(BotocoreStubber.__call__))
    with mock_aws():
        _provide(monkeypatch)
        yield Cloud(clock)
        _kept_clients.update(runtime._clients)
    runtime.reset()


def _one_by_one(answer: Callable[..., Any]) -> Callable[..., Any]:
    """AWS takes calls from several threads; moto loses writes then, and closes objects that others still read."""

    def answered(*given: Any, **more: Any) -> Any:
        with _turn:
            return answer(*given, **more)

    return answered


def _provide(monkeypatch: pytest.MonkeyPatch) -> None:
    runtime.client("dynamodb").create_table(**_KEYS)
    for bucket in ("work-bucket", "output-bucket", "upload-bucket"):
        runtime.client("s3").create_bucket(Bucket=bucket)
    queue = runtime.client("sqs").create_queue(QueueName="notifications")["QueueUrl"]
    machine = runtime.client("stepfunctions").create_state_machine(
        name="encode-job", definition=json.dumps(_MACHINE), roleArn=_ROLE
    )["stateMachineArn"]
    monkeypatch.setenv("STEPCODER_NOTIFICATION_QUEUE_URL", queue)
    monkeypatch.setenv("STEPCODER_STATE_MACHINE_ARN", machine)
    runtime.settings.cache_clear()
    _serialise(runtime.client("dynamodb"), monkeypatch)
    _serialise(runtime.client("sqs"), monkeypatch)


def _serialise(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make each call atomic, as the real service is and moto under threads is not. Calls still interleave freely."""
    lock, call = threading.Lock(), client._make_api_call

    def one_at_a_time(operation: str, arguments: Any) -> Any:
        with lock:
            return call(operation, arguments)

    monkeypatch.setattr(client, "_make_api_call", one_at_a_time)


def provide_credentials_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that seals saved credentials. Only for tests that need one: moto's KMS takes a while to load."""
    key = runtime.client("kms").create_key()["KeyMetadata"]["Arn"]
    monkeypatch.setenv("STEPCODER_CREDENTIALS_KEY", key)
    runtime.settings.cache_clear()


def at_once(*calls: Any) -> list[Any]:
    """Run the calls in threads that start together; their results in order, exceptions as values."""
    results: list[Any] = [None] * len(calls)
    gate = threading.Barrier(len(calls))

    def run(position: int) -> None:
        gate.wait()
        try:
            results[position] = calls[position]()
        except Exception as error:
            results[position] = error

    threads = [threading.Thread(target=run, args=(position,)) for position in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
