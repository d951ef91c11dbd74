from __future__ import annotations

import pytest

from stepcoder.jobs.ending import fail_unfinished
from tests.functions.api.world import World, world_in_memory


@pytest.fixture
def world(monkeypatch):
    with world_in_memory(monkeypatch) as made:
        yield made


@pytest.fixture
def failed(world: World) -> tuple[str, int]:
    """The key of an account, and the id of a job of its that failed."""
    key = world.account()
    job = world.call("POST", "/jobs", {"input": "s3://bucket/a.mov"}, key=key).document["id"]
    fail_unfinished(job)
    return key, job


@pytest.mark.parametrize("method", ["PUT", "POST", "GET"])
def test_a_failed_job_is_resubmitted_without_a_word(world: World, failed, method: str) -> None:
    key, job = failed
    reply = world.call(method, f"/jobs/{job}/resubmit", key=key)
    assert (reply.status, reply.body) == (204, "")
    shown = world.call("GET", f"/jobs/{job}", key=key).document["job"]
    assert (shown["state"], shown["input_media_file"]["state"]) == ("waiting", "waiting")
    assert [output["state"] for output in shown["output_media_files"]] == ["waiting"]
    assert shown["finished_at"] is None
    assert world.started == [job, job]


def test_a_sixth_resubmit_is_forbidden_in_words(world: World, failed) -> None:
    key, job = failed
    for _ in range(5):
        assert world.call("PUT", f"/jobs/{job}/resubmit", key=key).status == 204
        world.call("PUT", f"/jobs/{job}/cancel", key=key)
    reply = world.call("PUT", f"/jobs/{job}/resubmit", key=key)
    assert reply.status == 403
    assert reply.errors == ["A job can be resubmitted 5 times; this one has been."]


def test_no_job_can_be_finished(world: World, failed) -> None:
    key, job = failed
    reply = world.call("PUT", f"/jobs/{job}/finish", key=key)
    assert (reply.status, reply.errors) == (409, ["Only Live streaming jobs can be finished."])


@pytest.mark.parametrize("action", ["resubmit", "finish", "cancel"])
def test_a_job_of_somebody_else_is_unknown(world: World, failed, action: str) -> None:
    assert world.call("PUT", f"/jobs/{failed[1]}/{action}", key=world.account("bob@example.com")).status == 404
    assert world.call("PUT", f"/jobs/{failed[1]}/{action}").status == 401


def test_delete_cancels(world: World) -> None:
    key = world.account()
    job = world.call("POST", "/jobs", {"input": "s3://bucket/a.mov"}, key=key).document["id"]
    assert world.call("DELETE", f"/jobs/{job}", key=key).status == 204
    assert world.call("GET", f"/jobs/{job}", key=key).document["job"]["state"] == "cancelled"
    assert world.call("DELETE", f"/jobs/{job}", key=key).status == 409


@pytest.mark.parametrize("action", ["resubmit", "cancel"])
def test_a_key_for_test_jobs_changes_no_others(world: World, failed, action: str) -> None:
    key, job = failed
    tester = world.call("POST", "/account/keys", {"kind": "integration"}, key=key).document["api_key"]
    assert world.call("PUT", f"/jobs/{job}/{action}", key=tester).status == 401
    ours = world.call("POST", "/jobs", {"input": "s3://bucket/a.mov"}, key=tester).document["id"]
    assert world.call("PUT", f"/jobs/{ours}/{action}", key=tester).status == 204
