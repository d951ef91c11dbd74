"""GET /notifications, which the developers' fetcher polls (zencoder-api 2.10)."""

from __future__ import annotations

import pytest
from defusedxml.ElementTree import fromstring

from stepcoder.notifications import queue_job_notifications, queue_output_notifications
from tests.functions.api.world import World

FETCHER = "http://zencoderfetcher/"


@pytest.fixture
def job_id(world: World, key: str) -> int:
    """A job whose fetcher is to hear of its output and of the job; it was cancelled."""
    output = {"label": "web", "url": "s3://acme-out/7/web.mp4", "notifications": FETCHER}
    job_id = world.job(key, output=output, notifications=[{"url": FETCHER, "format": "xml"}])["id"]
    assert world.call("PUT", f"/jobs/{job_id}/cancel", key=key).status == 204
    return int(job_id)


def test_the_fetcher_gets_what_would_have_been_posted(world: World, key: str, job_id: int) -> None:
    reply = world.call("GET", f"/notifications.json?api_key={key}&per_page=50&page=1&version=latest")
    assert reply.status == 200
    assert list(reply.document) == ["notifications", "sent_at"]
    output, job = reply.document["notifications"]
    assert list(output) == ["job", "input", "output", "format"]
    assert list(job) == ["job", "input", "outputs", "format"]
    assert (output["format"], job["format"]) == ("json", "xml")
    assert job["job"]["id"] == job_id
    assert output["output"]["state"] == "cancelled"


def test_nothing_of_it_is_in_the_queue(world: World, key: str, job_id: int) -> None:
    from stepcoder import runtime

    queue = runtime.settings().notification_queue_url
    assert "Messages" not in runtime.client("sqs").receive_message(QueueUrl=queue)


def test_sent_at_is_the_next_since(world: World, key: str, job_id: int) -> None:
    first = world.call("GET", "/notifications", key=key).document
    again = world.call("GET", f"/notifications?since={first['sent_at']}", key=key).document
    assert again["notifications"] == first["notifications"]
    later = world.call("GET", "/notifications?since=2099-01-01T00:00:00Z", key=key).document
    assert later["notifications"] == []


def test_pages_and_jobs_narrow_it(world: World, key: str, job_id: int) -> None:
    def seen(query: str) -> int:
        return len(world.call("GET", f"/notifications?{query}", key=key).document["notifications"])

    assert seen("per_page=1") == 1
    assert seen("per_page=1&page=2") == 1
    assert seen("per_page=1&page=3") == 0
    assert seen("per_page=1000") == 2
    assert seen(f"since_id={job_id - 1}") == 2
    assert seen(f"since_id={job_id}") == 0


@pytest.mark.parametrize("query", ["since=yesterday", "since_id=x", "page=0", "per_page=-1"])
def test_what_can_not_be_read_is_refused_with_a_sentence(world: World, key: str, query: str) -> None:
    reply = world.call("GET", f"/notifications?{query}", key=key)
    assert reply.status == 422
    assert reply.errors[0].startswith(query.partition("=")[0])


@pytest.mark.parametrize("path", ["/notifications", "/notifications.json", "/notifications/", "/notifications.js"])
@pytest.mark.parametrize("prefix", ["/api/v2", "/api/v1", "/api"])
def test_every_spelling_of_the_address_answers(world: World, key: str, prefix: str, path: str) -> None:
    assert world.call("GET", path, key=key, prefix=prefix).status == 200


def test_the_list_is_there_as_xml(world: World, key: str, job_id: int) -> None:
    root = fromstring(world.call("GET", "/notifications.xml", key=key).body)
    assert root.tag == "api-response"
    assert [found.text for found in root.findall("notifications/notification/format")] == ["json", "xml"]


def test_each_account_has_its_own(world: World, key: str, job_id: int) -> None:
    other = world.account("eve@example.com")
    assert world.call("GET", "/notifications", key=other).document["notifications"] == []
    assert world.call("GET", "/notifications").status == 401


def test_a_read_only_key_sees_none_of_it(world: World, key: str, job_id: int) -> None:
    account = world.records.account_by_key(key)
    _, read_only = world.records.create_key(account.id, "read_only")
    assert world.call("GET", "/notifications", key=read_only).status == 401


def test_jobs_of_version_1_are_told_of_in_few_words(world: World, key: str) -> None:
    output = {"label": "web", "url": "s3://acme-out/7/web.mp4", "notifications": FETCHER}
    body = {"input": "s3://acme-in/tape7.mov", "output": output, "notifications": FETCHER}
    job_id = world.call("POST", "/jobs", body, key=key, prefix="/api/v1").document["id"]
    assert world.call("GET", f"/jobs/{job_id}/cancel", key=key, prefix="/api/v1").status == 204
    (only,) = world.call("GET", "/notifications", key=key).document["notifications"]
    assert {name: list(part) for name, part in only.items() if name != "format"} == {
        "job": ["id", "state", "test"],
        "output": ["id", "label", "url", "state"],
    }


def test_asking_changes_nothing(world: World, key: str, job_id: int) -> None:
    job = world.records.job(job_id)
    assert queue_job_notifications(job_id)
    assert queue_output_notifications(job.output_ids[0])
    assert len(world.call("GET", "/notifications", key=key).document["notifications"]) == 2
