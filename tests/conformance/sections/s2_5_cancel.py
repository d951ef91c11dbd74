"""Section 2.5: cancelling. `interrupted` was cancelled while it encoded, `held` jobs while they downloaded."""

from __future__ import annotations

from tests.conformance.kinds import TIME
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.sections.repeats import interrupted
from tests.conformance.wire import Call, Reply, answers, at, delete, empty, errors, get, header, put

S = Section("2.5", "PUT /jobs/:id/cancel")


def over(scene: Scene) -> Reply:
    return interrupted(scene).over["job"]


S.rule("processing", "a processing job: 204", lambda scene: interrupted(scene).cancel, answers(204), empty())
S.rule("cache", "Cache-Control: no-cache", lambda scene: interrupted(scene).cancel, header("Cache-Control", "no-cache"))
S.rule("job", "the job is cancelled", over, at("job.state", "cancelled"))
S.rule("output", "so are unfinished outputs", over, at("job.output_media_files.0.state", "cancelled"))
S.rule("outputs", "all of them", over, at("job.output_media_files.1.state", "cancelled"))
S.rule("finished-at", "it has ended", over, at("job.finished_at", TIME))
S.rule("no-error", "that is no error", over, at("job.output_media_files.0.error_class", None))
S.rule(
    "progress",
    "its progress is the state alone",
    lambda scene: interrupted(scene).over["job-progress"],
    at("state", "cancelled"),
)
S.rule(
    "again",
    "a second time: 409",
    lambda scene: scene.send(put(f"/jobs/{interrupted(scene).job}/cancel")),
    answers(409),
    errors(),
)
S.rule("finished", "a finished job: 409", put("/jobs/{film}/cancel"), answers(409), errors())
S.rule("failed", "a failed job: 409", put("/jobs/{FileNotFoundError-server}/cancel"), answers(409), errors())
S.rule("unknown", "an unknown job: 404", put("/jobs/1/cancel"), answers(404), errors())
S.rule(
    "notified",
    "the job's notification says cancelled",
    lambda scene: _told(scene, "cancelled"),
    at("job.state", "cancelled"),
)
S.rule(
    "notified-output",
    "the output's too",
    lambda scene: _told(scene, "cancelled-output"),
    at("output.state", "cancelled"),
)


def _told(scene: Scene, hook: str) -> Reply:
    interrupted(scene)
    return scene.told(hook)


@S.seen("download", "while the source is downloaded, job, input and outputs are cancelled")
def download(scene: Scene) -> None:
    with scene.downloading() as url:
        job = scene.job({"input": url})
        scene.until(get(f"/jobs/{job}"), lambda found: found["job"]["input_media_file"]["state"] == "processing")
        assert scene.send(put(f"/jobs/{job}/cancel")).status == 204
    found = scene.send(get(f"/jobs/{job}")).document["job"]
    states = [found["state"], found["input_media_file"]["state"], found["output_media_files"][0]["state"]]
    assert states == ["cancelled"] * 3


@S.seen("finished-output", "an output that is finished already stays so")
def finished_output(scene: Scene) -> None:
    ids = scene.copy("cut", of_job={"state": "processing", "finished_at": None})
    assert scene.send(put(f"/jobs/{ids['job']}/cancel")).status == 204
    assert scene.send(get(f"/outputs/{ids['output']}")).document["state"] == "finished"


for _state in ("pending", "waiting", "processing"):

    def _cancels(scene: Scene, state: str = _state) -> None:
        waiting = {"state": "waiting", "finished_at": None}
        ids = scene.copy("cut", of_job=waiting | {"state": state}, of_input=waiting, of_outputs=waiting)
        assert scene.send(put(f"/jobs/{ids['job']}/cancel")).status == 204
        assert scene.send(get(f"/jobs/{ids['job']}/progress")).document["state"] == "cancelled"

    S.seen(f"from-{_state}", f"a job that is {_state}: 204", ours=_state == "pending")(_cancels)

for _method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
    S.rule(
        f"method-{_method}",
        f"any method works: {_method}",
        Call(_method, "/jobs/{film}/cancel"),
        answers(409),
        errors(),
    )


@S.seen("by-get", "GET really cancels")
def by_get(scene: Scene) -> None:
    waiting = {"state": "waiting", "finished_at": None}
    ids = scene.copy("cut", of_job=waiting, of_input=waiting, of_outputs=waiting)
    assert scene.send(get(f"/jobs/{ids['job']}/cancel")).status == 204
    assert scene.send(get(f"/jobs/{ids['job']}")).document["job"]["state"] == "cancelled"


@S.seen("by-delete", "DELETE on the job does too")
def by_delete(scene: Scene) -> None:
    waiting = {"state": "waiting", "finished_at": None}
    ids = scene.copy("cut", of_job=waiting, of_input=waiting, of_outputs=waiting)
    assert scene.send(delete(f"/jobs/{ids['job']}")).status == 204
    assert scene.send(get(f"/jobs/{ids['job']}")).document["job"]["state"] == "cancelled"
