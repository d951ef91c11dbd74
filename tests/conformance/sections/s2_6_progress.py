"""Sections 2.6 and 2.7, second half: progress of jobs, inputs and outputs. `held` downloads, `interrupted` encodes."""

from __future__ import annotations

from collections.abc import Callable

from tests.conformance.kinds import INTEGER, PERCENT, TEXT
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.sections.repeats import interrupted
from tests.conformance.wire import Reply, answers, at, calls_back, errors, get, only, shows

S = Section("2.6", "GET /jobs/:id/progress")


def working(name: str) -> Callable[[Scene], Reply]:
    return lambda scene: interrupted(scene).working[name]


def over(name: str) -> Callable[[Scene], Reply]:
    return lambda scene: interrupted(scene).over[name]


JOB = working("job-progress")
S.rule("200", "200", JOB, answers(200))
S.rule("members", "while it runs: state, progress, input, outputs", JOB, only("state", "progress", "input", "outputs"))
S.rule("state", "state", JOB, at("state", "processing"))
S.rule("progress", "progress: a number below 100", JOB, at("progress", PERCENT))
S.rule("input-id", "input.id", JOB, at("input.id", INTEGER))
S.rule("input-state", "input.state", JOB, at("input.state", "finished"))
S.rule("input-done", "a finished input has no numbers", JOB, only("id", "state", inside="input"))
S.rule("outputs", "outputs, in the order of the request", JOB, at("outputs", [{"id": INTEGER, "state": TEXT}] * 2))
S.rule(
    "output-members",
    "a running output: id, state, current_event, current_event_progress, progress",
    JOB,
    only("id", "state", "current_event", "current_event_progress", "progress", inside="outputs.0"),
)
S.rule("output-event", "outputs[].current_event", JOB, at("outputs.0.current_event", "Transcoding"))
S.rule(
    "output-event-progress", "outputs[].current_event_progress", JOB, at("outputs.0.current_event_progress", PERCENT)
)
S.rule("output-progress", "outputs[].progress", JOB, at("outputs.0.progress", PERCENT))

HELD = get("/jobs/{held}/progress")
S.rule("downloading", "while downloading", HELD, at("input.current_event", "Downloading"))
S.rule(
    "downloading-members",
    "input: id, state, current_event, current_event_progress, progress",
    HELD,
    only("id", "state", "current_event", "current_event_progress", "progress", inside="input"),
)
S.rule("downloading-event", "input.current_event_progress", HELD, at("input.current_event_progress", PERCENT))
S.rule("downloading-progress", "input.progress", HELD, at("input.progress", PERCENT))
S.rule("downloading-output", "outputs that wait: id and state only", HELD, only("id", "state", inside="outputs.0"))
S.rule("downloading-waits", "they are waiting", HELD, at("outputs.0.state", "waiting"))


@S.seen("inspecting", "then inspecting")
def inspecting(scene: Scene) -> None:
    running = {"state": "processing", "finished_at": None}
    ids = scene.copy("cut", of_job=running, of_input={**running, "event": "Inspecting", "event_progress": 50})
    found = scene.send(get(f"/jobs/{ids['job']}/progress")).document["input"]
    assert found["current_event"] == "Inspecting" and found["progress"] >= 90, found


FINISHED = get("/jobs/{film}/progress")
S.rule(
    "finished", "finished: the numbers disappear", FINISHED, only("state", "input", "outputs"), at("state", "finished")
)
S.rule("finished-input", "also the input's", FINISHED, only("id", "state", inside="input"))
S.rule("finished-output", "and the outputs'", FINISHED, only("id", "state", inside="outputs.0"))
S.rule(
    "failed",
    "failed: the same",
    get("/jobs/{broken}/progress"),
    only("state", "input", "outputs"),
    at("state", "failed"),
)
S.rule("failed-outputs", "its outputs had no input", get("/jobs/{broken}/progress"), at("outputs.0.state", "no_input"))
S.rule(
    "cancelled",
    "cancelled: the same",
    over("job-progress"),
    only("state", "input", "outputs"),
    at("state", "cancelled"),
)
S.rule("unknown", "unknown: 404", get("/jobs/1/progress"), answers(404), errors())
S.rule("jsonp", "JSONP for browsers", get("/jobs/{film}/progress.js"), calls_back("progress", {"state": "finished"}))

P = Section("2.7", "GET /inputs/:id/progress, /outputs/:id/progress")
OUTPUT, INPUT = working("output-progress"), get("/inputs/{held.input}/progress")
FLAT = ("state", "current_event", "current_event_progress", "progress")
P.rule("progress-output-flat", "an output's progress is flat", OUTPUT, answers(200), only(*FLAT))
P.rule("progress-output-state", "state", OUTPUT, at("state", "processing"))
P.rule("progress-output-event", "current_event: Transcoding", OUTPUT, at("current_event", "Transcoding"))
P.rule(
    "progress-output-event-progress", "current_event_progress: a number", OUTPUT, at("current_event_progress", PERCENT)
)
P.rule("progress-output-progress", "progress: a number", OUTPUT, at("progress", PERCENT))
P.rule("progress-input-flat", "an input's progress is flat", INPUT, answers(200), only(*FLAT))
P.rule("progress-input-state", "state", INPUT, at("state", "processing"))
P.rule("progress-input-event", "current_event: Downloading", INPUT, at("current_event", "Downloading"))
P.rule(
    "progress-input-event-progress", "current_event_progress: a number", INPUT, at("current_event_progress", PERCENT)
)
P.rule("progress-input-progress", "progress: a number", INPUT, at("progress", PERCENT))
P.rule(
    "progress-output-before",
    "before it starts just the state",
    get("/outputs/{held.web}/progress"),
    only("state"),
    at("state", "waiting"),
)
P.rule(
    "progress-output-done",
    "when done just the state",
    get("/outputs/{film.web}/progress"),
    only("state"),
    at("state", "finished"),
)
P.rule(
    "progress-input-done",
    "when done just the state",
    get("/inputs/{film.input}/progress"),
    only("state"),
    at("state", "finished"),
)
P.rule(
    "progress-output-failed",
    "failed: just the state",
    get("/outputs/{half.late}/progress"),
    shows({"state": "failed"}),
    only("state"),
)
P.rule(
    "progress-input-failed",
    "failed: just the state",
    get("/inputs/{broken.input}/progress"),
    only("state"),
    at("state", "failed"),
)
P.rule(
    "progress-output-cancelled",
    "cancelled: just the state",
    over("output-progress"),
    only("state"),
    at("state", "cancelled"),
)
P.rule(
    "progress-output-no-input",
    "no input: just the state",
    get("/outputs/{broken.web}/progress"),
    only("state"),
    at("state", "no_input"),
)
P.rule("progress-input-unknown", "unknown: 404", get("/inputs/1/progress"), answers(404), errors())
P.rule("progress-output-unknown", "unknown: 404", get("/outputs/1/progress"), answers(404), errors())


@P.seen("progress-uploading", "current_event: Uploading, and it moves")
def uploading(scene: Scene) -> None:
    running = {"state": "processing", "finished_at": None}
    found = []
    for done in (10, 60):
        sent = {"state": "uploading", "finished_at": None, "upload_total": 100, "upload_done": done}
        ids = scene.copy("cut", of_job=running, of_outputs=sent)
        found.append(scene.send(get(f"/outputs/{ids['output']}/progress")).document)
    assert [each["current_event"] for each in found] == ["Uploading"] * 2
    assert 90 <= found[0]["progress"] < found[1]["progress"] < 100
    assert [each["current_event_progress"] for each in found] == [10, 60]
