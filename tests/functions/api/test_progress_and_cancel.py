"""Progress of jobs, inputs and outputs, and cancelling (zencoder-api 2.5–2.7)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functions.api.world import World


@pytest.fixture
def made(world: World, key: str) -> dict[str, Any]:
    return world.job(key, outputs=[{"label": "web"}, {"label": "sd"}])


def progress(world: World, key: str, path: str) -> dict[str, Any]:
    reply = world.call("GET", f"{path}/progress", key=key)
    assert reply.status == 200
    document: dict[str, Any] = reply.document
    return document


def test_before_the_start_there_are_only_states(world: World, key: str, made: dict[str, Any]) -> None:
    assert progress(world, key, "/jobs/1001") == {
        "state": "waiting",
        "input": {"id": 1002, "state": "waiting"},
        "outputs": [{"id": 1003, "state": "waiting"}, {"id": 1004, "state": "waiting"}],
    }
    assert progress(world, key, "/inputs/1002") == {"state": "waiting"}
    assert progress(world, key, "/outputs/1003") == {"state": "waiting"}


def test_while_it_downloads_the_input_has_an_event(world: World, key: str, made: dict[str, Any]) -> None:
    world.records.move_job(1001, "processing")
    world.records.move_input(1002, "processing")
    world.records.set_input_progress(1002, "Downloading", 50.0)
    source = progress(world, key, "/inputs/1002")
    assert source == {
        "state": "processing",
        "current_event": "Downloading",
        "current_event_progress": 50.0,
        "progress": 45.0,
    }
    job = progress(world, key, "/jobs/1001")
    assert job["input"] == {"id": 1002, **source}
    assert (job["state"], job["progress"]) == ("processing", 4.5)


def test_while_it_encodes_each_output_has_its_own_numbers(world: World, key: str, made: dict[str, Any]) -> None:
    store = world.records
    store.move_job(1001, "processing")
    store.move_input(1002, "processing")
    store.move_input(1002, "finished")
    store.set_output_totals(1003, 200)
    store.move_output(1003, "processing")
    store.tally(1001, 0, "t", 100, [1003])
    output = progress(world, key, "/outputs/1003")
    assert output == {
        "state": "processing",
        "current_event": "Transcoding",
        "current_event_progress": 50.0,
        "progress": 45.0,
    }
    job = progress(world, key, "/jobs/1001")
    assert job.pop("progress") == pytest.approx(10 + 90 * 0.45 / 2)
    assert job == {
        "state": "processing",
        "input": {"id": 1002, "state": "finished"},
        "outputs": [{"id": 1003, **output}, {"id": 1004, "state": "waiting"}],
    }


def test_while_it_uploads_the_event_changes(world: World, key: str, made: dict[str, Any]) -> None:
    store = world.records
    store.move_output(1003, "processing")
    store.move_output(1003, "uploading")
    store.tally_upload(1003, 30, 60)
    assert progress(world, key, "/outputs/1003") == {
        "state": "uploading",
        "current_event": "Uploading",
        "current_event_progress": 50.0,
        "progress": 95.0,
    }


@pytest.mark.parametrize("state", ["finished", "failed", "cancelled"])
def test_at_the_end_the_numbers_disappear(world: World, key: str, made: dict[str, Any], state: str) -> None:
    store = world.records
    store.move_job(1001, "processing")
    store.move_input(1002, "processing")
    store.move_input(1002, state)
    for output_id in (1003, 1004):
        store.move_output(output_id, "processing")
        store.move_output(output_id, "uploading")
        store.move_output(output_id, state)
    store.move_job(1001, state)
    assert progress(world, key, "/jobs/1001") == {
        "state": state,
        "input": {"id": 1002, "state": state},
        "outputs": [{"id": 1003, "state": state}, {"id": 1004, "state": state}],
    }
    assert progress(world, key, "/inputs/1002") == {"state": state}
    assert progress(world, key, "/outputs/1003") == {"state": state}


@pytest.mark.parametrize("method", ["PUT", "POST", "GET", "DELETE", "PATCH"])
def test_any_method_cancels_without_a_word(world: World, key: str, made: dict[str, Any], method: str) -> None:
    reply = world.call(method, "/jobs/1001/cancel", key=key)
    assert (reply.status, reply.body) == (204, "")
    assert "Content-Type" not in reply.headers
    assert reply.headers["Access-Control-Allow-Origin"] == "*"


def test_cancelling_ends_everything_that_has_not_ended(world: World, key: str, made: dict[str, Any]) -> None:
    store = world.records
    store.move_job(1001, "processing")
    store.move_output(1003, "failed", error_class="TranscodingError", error_message="It broke.")
    assert world.call("PUT", "/jobs/1001/cancel", key=key).status == 204
    job = world.call("GET", "/jobs/1001", key=key).document["job"]
    states = [job["state"], job["input_media_file"]["state"], *(o["state"] for o in job["output_media_files"])]
    assert states == ["cancelled", "cancelled", "failed", "cancelled"]
    assert job["finished_at"] is not None


@pytest.mark.parametrize("state", ["finished", "failed", "cancelled"])
def test_what_has_ended_can_t_be_cancelled(world: World, key: str, made: dict[str, Any], state: str) -> None:
    world.records.move_job(1001, "processing")
    world.records.move_job(1001, state)
    reply = world.call("PUT", "/jobs/1001/cancel", key=key)
    assert reply.status == 409
    assert state in reply.errors[0]


def test_a_pending_job_can_be_cancelled(world: World, key: str) -> None:
    world.workflow_fault = RuntimeError("not now")
    made = world.job(key)
    assert world.call("PUT", f"/jobs/{made['id']}/cancel", key=key).status == 204


def test_cancelling_twice_is_a_conflict(world: World, key: str, made: dict[str, Any]) -> None:
    assert world.call("PUT", "/jobs/1001/cancel", key=key).status == 204
    assert world.call("PUT", "/jobs/1001/cancel", key=key).status == 409


def test_cancelling_takes_a_body_with_the_key(world: World, key: str, made: dict[str, Any]) -> None:
    assert world.call("PUT", "/jobs/1001/cancel.json", {"api_key": key}).status == 204


def test_cancelling_does_not_read_a_body_it_does_not_need(world: World, key: str, made: dict[str, Any]) -> None:
    assert world.call("PUT", "/jobs/1001/cancel", "{ not json", key=key).status == 204
