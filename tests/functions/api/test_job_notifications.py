"""The log of a job's notifications, and sending them again: our extension of the API."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stepcoder import runtime
from stepcoder.notifications.delivery import deliver_received
from stepcoder.notifications.outcomes import Outcome
from tests.functions.api.world import World

HOOK = "https://me:p4ssword@hook.example/z?token=t0ken"


@pytest.fixture
def job_id(world: World, key: str) -> int:
    """A cancelled job with three targets of its own."""
    targets = [HOOK, {"url": "ada@example.org"}, {"url": "http://zencoderfetcher/", "format": "xml"}]
    job_id = world.job(key, notifications=targets)["id"]
    assert world.call("PUT", f"/jobs/{job_id}/cancel", key=key).status == 204
    return int(job_id)


def received() -> list[dict[str, Any]]:
    """The messages in the queue, which are removed."""
    queue, found = runtime.settings().notification_queue_url, []
    while messages := runtime.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(json.loads(message["Body"]))
            runtime.client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return found


def deliver_all(outcome: Outcome) -> list[dict[str, Any]]:
    messages = received()
    for message in messages:
        deliver_received(message, 1, "handle", lambda _: outcome)
    return messages


def log(world: World, key: str, job_id: int) -> list[dict[str, Any]]:
    reply = world.call("GET", f"/jobs/{job_id}/notifications", key=key)
    assert reply.status == 200
    assert list(reply.document) == ["notifications"]
    found: list[dict[str, Any]] = reply.document["notifications"]
    return found


def test_the_log_begins_when_the_job_ends(world: World, key: str) -> None:
    job_id = world.job(key, notifications=[HOOK])["id"]
    assert log(world, key, job_id) == []


def test_the_log_tells_of_every_target_without_its_secrets(world: World, key: str, job_id: int) -> None:
    post, mail, fetched = log(world, key, job_id)
    assert post == {
        "id": f"msg_{job_id}_job_0",
        "event": "job",
        "target": "https://***@hook.example/z?token=***",
        "format": "json",
        "state": "pending",
        "queued_at": post["queued_at"],
        "next_attempt_at": post["queued_at"],
        "attempts": [],
    }
    assert (mail["target"], mail["format"]) == ("ada@example.org", "text")
    assert (fetched["target"], fetched["format"], fetched["state"]) == ("http://zencoderfetcher/", "xml", "kept")


def test_the_log_tells_of_every_attempt(world: World, key: str, job_id: int) -> None:
    deliver_all(Outcome("refused", 400, "It can't be."))
    post, mail, _ = log(world, key, job_id)
    for each in (post, mail):
        assert (each["state"], each["next_attempt_at"]) == ("refused", None)
        (attempt,) = each["attempts"]
        assert list(attempt) == ["attempted_at", "status", "reason", "milliseconds"]
        assert (attempt["status"], attempt["reason"]) == (400, "It can't be.")
        assert attempt["milliseconds"] >= 0


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_one_is_sent_again_with_the_same_bytes(world: World, key: str, job_id: int, method: str) -> None:
    first, _ = deliver_all(Outcome("delivered", 204))
    reply = world.call(method, f"/jobs/{job_id}/notifications/msg_{job_id}_job_0/resend.json", key=key)
    assert (reply.status, reply.body) == (204, "")
    (again,) = received()
    assert again["body"] == first["body"]
    assert log(world, key, job_id)[0]["state"] == "pending"


def test_all_are_sent_again(world: World, key: str, job_id: int) -> None:
    deliver_all(Outcome("delivered", 204))
    assert world.call("POST", f"/jobs/{job_id}/notifications/resend", key=key).status == 204
    assert len(received()) == 2


def test_what_is_still_under_way_is_not(world: World, key: str, job_id: int) -> None:
    reply = world.call("PUT", f"/jobs/{job_id}/notifications/msg_{job_id}_job_0/resend", key=key)
    assert reply.status == 409
    assert reply.errors == [f"Notification msg_{job_id}_job_0 is still being delivered."]


def test_unknown_ones_are_not_found(world: World, key: str, job_id: int) -> None:
    for path in (
        f"/jobs/{job_id}/notifications/msg_{job_id}_job_9/resend",
        f"/jobs/{job_id}/notifications/%2e%2e/resend",
        "/jobs/999999/notifications/msg_1_job_0/resend",
        "/jobs/999999/notifications/resend",
        "/jobs/x/notifications/resend",
    ):
        assert world.call("PUT", path, key=key).status == 404, path
    assert world.call("GET", "/jobs/999999/notifications", key=key).status == 404


def test_other_accounts_learn_nothing(world: World, key: str, job_id: int) -> None:
    deliver_all(Outcome("delivered", 204))
    eve = world.account("eve@example.com")
    assert world.call("GET", f"/jobs/{job_id}/notifications", key=eve).status == 404
    assert world.call("PUT", f"/jobs/{job_id}/notifications/resend", key=eve).status == 404
    assert world.call("PUT", f"/jobs/{job_id}/notifications/msg_{job_id}_job_0/resend", key=eve).status == 404
    assert world.call("GET", f"/jobs/{job_id}/notifications").status == 401
    assert received() == []


@pytest.mark.parametrize(("targets", "status"), [(5, 201), (6, 422)])
def test_a_job_and_each_output_may_have_five_targets(world: World, key: str, targets: int, status: int) -> None:
    hooks = [f"https://hook.example/{number}" for number in range(targets)]
    output = {"url": "s3://acme-out/7/web.mp4", "notifications": hooks}
    for members in ({"notifications": hooks}, {"output": output}):
        reply = world.call("POST", "/jobs", {"input": "s3://acme-in/tape7.mov", **members}, key=key)
        assert reply.status == status
    both = {"input": "s3://acme-in/tape7.mov", "output": output, "notifications": hooks}
    assert world.call("POST", "/jobs", both, key=key).status == status
