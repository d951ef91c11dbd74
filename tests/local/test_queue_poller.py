from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest

from stepcoder_local.cloud import Cloud
from stepcoder_local.declared import QueueSource
from stepcoder_local.lambda_pool import Throttled
from stepcoder_local.queue_poller import QueuePoller
from stepcoder_local.sandbox import Answer
from tests.local.observing import wait_for


class Pool:
    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.failing: set[str] = set()
        self.answer: Answer | None = None
        self.busy = False

    def invoke(self, name: str, event: bytes) -> Answer:
        if self.busy:
            raise Throttled("busy")
        self.events.append(json.loads(event))
        records = self.events[-1]["Records"]
        items = [{"itemIdentifier": r["messageId"]} for r in records if r["body"] in self.failing]
        return self.answer or Answer(json.dumps({"batchItemFailures": items}).encode())

    def bodies(self) -> list[str]:
        return [record["body"] for event in self.events for record in event["Records"]]


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def sqs(cloud: Cloud) -> Any:
    return cloud.client("sqs")


@pytest.fixture
def url(sqs: Any) -> Iterator[str]:
    found = sqs.create_queue(QueueName="inbox", Attributes={"VisibilityTimeout": "60"})["QueueUrl"]
    yield found
    sqs.delete_queue(QueueUrl=found)


@pytest.fixture
def poller(pool: Pool, sqs: Any, url: str) -> QueuePoller:
    return QueuePoller(QueueSource("inbox", "take", 5, True, 2), pool, sqs)  # type: ignore[arg-type]


def left(sqs: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    return sum(int(n) for n in sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"].values())


def test_messages_arrive_at_once_and_are_deleted(poller: QueuePoller, pool: Pool, sqs: Any, url: str) -> None:
    poller.start()
    time.sleep(0.2)
    started = time.monotonic()
    sqs.send_message(
        QueueUrl=url, MessageBody="hello", MessageAttributes={"a": {"DataType": "String", "StringValue": "b"}}
    )

    wait_for(lambda: pool.events and left(sqs, url) == 0, 5)
    poller.stop()

    assert time.monotonic() - started < 2
    (record,) = pool.events[0]["Records"]
    assert (record["body"], record["eventSource"]) == ("hello", "aws:sqs")
    assert record["eventSourceARN"].endswith(":inbox")
    assert record["attributes"]["ApproximateReceiveCount"] == "1"
    assert record["messageAttributes"]["a"]["stringValue"] == "b"


def receive(sqs: Any, url: str, *bodies: str) -> list[dict[str, Any]]:
    for body in bodies:
        sqs.send_message(QueueUrl=url, MessageBody=body)
    found: list[dict[str, Any]] = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"])[
        "Messages"
    ]
    return found


def test_only_reported_failures_stay(poller: QueuePoller, pool: Pool, sqs: Any, url: str) -> None:
    pool.failing = {"bad"}

    poller.handle(receive(sqs, url, "good", "bad", "fine"))

    assert left(sqs, url) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b'{"errorType": "X"}', "Unhandled"),
        Answer(b'{"batchItemFailures": [{"itemIdentifier": "unknown"}]}'),
        Answer(b'{"batchItemFailures": [{}]}'),
        Answer(b"[1]"),
    ],
    ids=["error", "unknown message", "no identifier", "not a report"],
)
def test_anything_else_keeps_the_whole_batch(
    poller: QueuePoller, pool: Pool, sqs: Any, url: str, answer: Answer
) -> None:
    pool.answer = answer

    poller.handle(receive(sqs, url, "a", "b"))

    assert left(sqs, url) == 2


@pytest.mark.parametrize("answer", [b"null", b"{}", b'{"batchItemFailures": null}', b'{"batchItemFailures": []}'])
def test_an_empty_report_is_success(poller: QueuePoller, pool: Pool, sqs: Any, url: str, answer: bytes) -> None:
    pool.answer = Answer(answer)

    poller.handle(receive(sqs, url, "a", "b"))

    assert left(sqs, url) == 0


def test_a_busy_function_loses_nothing(poller: QueuePoller, pool: Pool, sqs: Any, url: str) -> None:
    pool.busy = True

    poller.handle(receive(sqs, url, "a"))

    assert left(sqs, url) == 1
