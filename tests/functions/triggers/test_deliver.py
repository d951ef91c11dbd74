import json

from stepcoder.notifications import delivery
from triggers.deliver import handler


def record(number: int, receives: int = 1) -> dict:
    body = {"event_id": f"e{number}", "target": f"https://hook.example/{number}"}
    return {
        "messageId": f"m{number}",
        "receiptHandle": f"r{number}",
        "body": json.dumps(body),
        "attributes": {"ApproximateReceiveCount": str(receives)},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:notifications",
        "awsRegion": "us-east-1",
    }


def run(monkeypatch, records, failing=()):
    seen = []

    def deliver_received(message, attempt, receipt_handle):
        seen.append((message["event_id"], attempt, receipt_handle))
        if message["event_id"] in failing:
            raise delivery.Undelivered("no")

    monkeypatch.setattr("triggers.deliver.deliver_received", deliver_received)
    return handler({"Records": records}, None), seen


def test_every_message_is_delivered_with_its_attempt(monkeypatch):
    answer, seen = run(monkeypatch, [record(1), record(2, receives=5)])
    assert answer == {"batchItemFailures": []}
    assert seen == [("e1", 1, "r1"), ("e2", 5, "r2")]


def test_only_the_failed_messages_stay_in_the_queue(monkeypatch):
    answer, seen = run(monkeypatch, [record(1), record(2), record(3)], failing={"e2"})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m2"}]}
    assert len(seen) == 3


def test_a_batch_that_failed_whole_is_no_crash(monkeypatch):
    answer, _ = run(monkeypatch, [record(1)], failing={"e1"})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}


def test_a_message_nobody_can_read_fails_alone(monkeypatch):
    answer, seen = run(monkeypatch, [{**record(1), "body": "not json"}, record(2)])
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    assert [event for event, *_ in seen] == ["e2"]
