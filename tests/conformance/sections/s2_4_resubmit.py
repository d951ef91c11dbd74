"""Section 2.4: resubmitting: a job whose source stays bad, and the job `mended`, whose source comes meanwhile."""

from __future__ import annotations

from typing import Any

from tests.clips import source
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.sections.repeats import failed_again, interrupted
from tests.conformance.wire import answers, empty, errors, get, header, put

S = Section("2.4", "PUT /jobs/:id/resubmit")

S.rule("204", "a job that is not finished: 204", lambda scene: failed_again(scene).replies[0], answers(204), empty())
S.rule(
    "204-cache",
    "Cache-Control: no-cache",
    lambda scene: failed_again(scene).replies[0],
    header("Cache-Control", "no-cache"),
)
S.rule("409-finished", "finished: 409", put("/jobs/{film}/resubmit"), answers(409), errors())
S.rule("403-sixth", "after 5 resubmits: 403", lambda scene: failed_again(scene).replies[5], answers(403), errors())
S.rule("404", "unknown: 404", put("/jobs/1/resubmit"), answers(404), errors())


@S.seen("pending", "the state goes back to pending or waiting")
def back_to_pending(scene: Scene) -> None:
    # It may already be processing when it is asked about.
    assert failed_again(scene).after[0] in ("pending", "waiting", "processing")


@S.seen("ids", "ids stay the same")
def ids_stay(scene: Scene) -> None:
    first, second = (_ids(details) for details in failed_again(scene).details[:2])
    assert first == second


def _ids(details: Any) -> tuple[int, ...]:
    outputs = (each["id"] for each in details["output_media_files"])
    return (details["id"], details["input_media_file"]["id"], *outputs)


@S.seen("submitted-at", "submitted_at changes, created_at does not")
def submitted_at(scene: Scene) -> None:
    first, *_, last = failed_again(scene).details
    assert first["created_at"] == last["created_at"]
    assert first["submitted_at"] <= last["submitted_at"] and first["submitted_at"] < last["finished_at"]
    ids = scene.copy("broken", of_job={"submitted_at": "2020-01-01T00:00:00Z"})
    assert scene.send(put(f"/jobs/{ids['job']}/resubmit")).status == 204
    assert scene.send(get(f"/jobs/{ids['job']}")).document["job"]["submitted_at"] > "2020-01-01T00:00:00Z"


@S.seen("notifications", "notifications fire again")
def notifications(scene: Scene) -> None:
    failed_again(scene)
    deliveries = [scene.told("again", number) for number in range(3)]
    assert len({each.headers["webhook-id"] for each in deliveries}) == 3
    assert [each.document["job"]["state"] for each in deliveries] == ["failed"] * 3


@S.seen("mended", "a job whose cause is mended finishes, under the same ids")
def mended(scene: Scene) -> None:
    before = scene.details("mended")
    scene.customer.s3.upload_file(str(source("cfr_25")), scene.ready.upload_bucket, "in/later.mp4")
    assert scene.send(put(f"/jobs/{before['id']}/resubmit")).status == 204
    after = scene.ended(before["id"])
    assert (after["state"], _ids(after)) == ("finished", _ids(before)), after
    assert after["input_media_file"]["error_class"] is None and after["finished_at"] >= before["finished_at"]


@S.seen("rest", "finished outputs of a partly failed job are not made again", ours=True)
def rest(scene: Scene) -> None:
    before = {each["label"]: each for each in scene.details("half")["output_media_files"]}
    assert scene.send(put(f"/jobs/{scene.details('half')['id']}/resubmit")).status == 204
    after = {each["label"]: each for each in scene.ended(scene.details("half")["id"])["output_media_files"]}
    assert before["good"]["finished_at"] == after["good"]["finished_at"] and after["good"]["state"] == "finished"
    assert after["late"]["state"] == "failed"


@S.seen("cancelled", "a cancelled job may be resubmitted: it is not finished")
def cancelled(scene: Scene) -> None:
    job = interrupted(scene).job
    assert scene.send(put(f"/jobs/{job}/resubmit")).status == 204
    assert scene.send(put(f"/jobs/{job}/cancel")).status == 204


@S.seen("too-old", "older than 7 days: 409")
def too_old(scene: Scene) -> None:
    old = "2020-01-01T00:00:00Z"
    ids = scene.copy("broken", of_job={"created_at": old, "submitted_at": old, "updated_at": old})
    reply = scene.send(put(f"/jobs/{ids['job']}/resubmit"))
    assert reply.status == 409, reply
    errors()(reply)
