"""Section 1.9: how V1 differs. The job `old` was created there."""

from __future__ import annotations

from tests.conformance.kinds import INTEGER, LIST, TEXT
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.wire import Call, answers, at, empty, errors, get, header, mock, mock_output, only, put

S = Section("1.9", "V1 differences")
V1 = "/api/v1"
MINIMAL = {"job": {"id": INTEGER, "state": TEXT, "test": False}}


def _told(scene: Scene) -> object:
    return scene.told("old")


S.rule("create", "a job is created", lambda scene: scene.created("old"), answers(201), only("id", "outputs"))
S.rule("labels", "labels need not be unique", mock(outputs=[{"label": "a"}, {"label": "a"}]).at(V1), answers(201))
S.rule("labels-v2", "as they must in V2", mock(outputs=[{"label": "a"}, {"label": "A"}]), answers(422), errors("label"))
S.rule("payload", "notifications are minimal", lambda scene: scene.told("old"), only("job", "output"))
S.rule("payload-job", "the job's part", lambda scene: scene.told("old"), only("id", "state", "test", inside="job"))
S.rule(
    "payload-output",
    "the output's part",
    lambda scene: scene.told("old"),
    only("id", "label", "url", "state", inside="output"),
)
S.rule("payload-state", "with its state", lambda scene: scene.told("old"), at("output.state", "finished"))
S.rule(
    "no-type",
    "no Content-Type unless a format is given",
    lambda scene: scene.told("old"),
    at("output.state", "finished"),
    header("Content-Type", None),
)
S.rule(
    "type",
    "with a format there is one",
    lambda scene: scene.told("old-format"),
    header("Content-Type", "application/json"),
)


@S.seen("no-job-notification", "only outputs notify")
def no_job_notification(scene: Scene) -> None:
    scene.told("old")
    scene.details("old")
    assert scene.told("film-json").document["job"]  # a job's notification takes no longer than this
    assert not scene.hook("old-job").calls


@S.seen("cancel-get", "cancel by GET")
def cancel_by_get(scene: Scene) -> None:
    with scene.downloading() as url:
        job = scene.job({"input": url}, base=V1)
        reply = scene.send(get(f"/jobs/{job}/cancel", base=V1))
    assert (reply.status, reply.body) == (204, b""), reply
    assert scene.send(get(f"/jobs/{job}")).document["job"]["state"] == "cancelled"


@S.seen("resubmit-get", "resubmit by GET")
def resubmit_by_get(scene: Scene) -> None:
    ids = scene.copy("broken", of_job={"api_version": "v1"})
    reply = scene.send(get(f"/jobs/{ids['job']}/resubmit", base=V1))
    assert (reply.status, reply.body) == (204, b""), reply


for _method in ("GET", "POST", "PUT"):
    S.rule(
        f"cancel-{_method}",
        f"{_method} on cancel is known",
        Call(_method, "/jobs/{film}/cancel", base=V1),
        answers(409),
        errors(),
    )
    S.rule(
        f"resubmit-{_method}",
        f"{_method} on resubmit is known",
        Call(_method, "/jobs/{film}/resubmit", base=V1),
        answers(409),
        errors(),
    )
S.rule("get-v2", "GET on resubmit is accepted in V2 too", get("/jobs/{film}/resubmit"), answers(409), errors())


@S.seen("delete-hides", "DELETE hides a job: a running one is cancelled", ours=True)
def delete_hides(scene: Scene) -> None:
    with scene.downloading() as url:
        job = scene.job({"input": url}, base=V1)
        reply = scene.send(Call("DELETE", f"/jobs/{job}", base=V1))
    assert reply.status == 204, reply
    empty()(reply)
    assert scene.send(get(f"/jobs/{job}")).document["job"]["state"] == "cancelled"


@S.seen("thumbnails-hash", "a thumbnail set may be one hash")
def thumbnails_hash(scene: Scene) -> None:
    assert scene.send(mock_output(thumbnails={"number": 1}).at(V1)).status == 201
    assert scene.send(mock_output(thumbnails=[{"number": 1, "label": "a"}]).at(V1)).status == 201
    assert scene.send(mock_output(thumbnails={"number": "many"}).at(V1)).status == 422


S.rule(
    "conditions",
    "conditions stand on the output: understood, and refused by name as long as there are none",
    mock(output={"min_size": "640x480"}).at(V1),
    answers(422),
    errors("min_size"),
)
S.rule(
    "integration-put",
    "PUT /account/live is there too",
    put("/account/live", key="{key.toggler}", base=V1),
    answers(204),
    empty(),
)
S.rule("list", "jobs are listed", get("/jobs", base=V1), answers(200), at("", LIST))
S.rule(
    "details",
    "details are those of V2",
    get("/jobs/{film}", base=V1),
    at("job.input_media_file.id", INTEGER),
    ours=True,
)
S.rule(
    "progress",
    "there was no job progress; it does no harm",
    get("/jobs/{film}/progress", base=V1),
    answers(200),
    ours=True,
)
