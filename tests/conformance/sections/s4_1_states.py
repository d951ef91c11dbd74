"""Section 4.1: states. Those that pass too quickly are set in the records, and seen through the API."""

from __future__ import annotations

from typing import Any

from tests.conformance.cast import CLIP, SMALL
from tests.conformance.kinds import SENTENCE, either
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.sections.repeats import interrupted
from tests.conformance.wire import at, errors, get, mock

S = Section("4.1", "States")
JOB = ("pending", "waiting", "processing", "finished", "failed", "cancelled")
INPUT = ("pending", "waiting", "assigning", "processing", "finished", "failed", "cancelled")
OUTPUT = (
    *("waiting", "queued", "assigning", "ready", "processing", "uploading", "finished", "failed", "cancelled"),
    *("skipped", "no_input"),
)
TERMINAL = {"finished", "failed", "cancelled", "skipped", "no_input"}


def _set(state: str) -> dict[str, Any]:
    return {"state": state} if state in TERMINAL else {"state": state, "finished_at": None}


for _state in JOB:

    def _job(scene: Scene, state: str = _state) -> None:
        ids = scene.copy("cut", of_job=_set(state))
        assert scene.send(get(f"/jobs/{ids['job']}")).document["job"]["state"] == state
        assert scene.send(get(f"/jobs/{ids['job']}/progress")).document["state"] == state

    S.seen(f"job-{_state}", f"a job is {_state}")(_job)

for _state in INPUT:

    def _input(scene: Scene, state: str = _state) -> None:
        ids = scene.copy("cut", of_job=_set("processing"), of_input=_set(state))
        assert scene.send(get(f"/inputs/{ids['input']}")).document["state"] == state
        assert scene.send(get(f"/inputs/{ids['input']}/progress")).document["state"] == state
        assert scene.send(get(f"/jobs/{ids['job']}")).document["job"]["input_media_file"]["state"] == state

    S.seen(f"input-{_state}", f"an input is {_state}")(_input)

for _state in OUTPUT:

    def _output(scene: Scene, state: str = _state) -> None:
        ids = scene.copy("cut", of_job=_set("processing"), of_outputs=_set(state))
        assert scene.send(get(f"/outputs/{ids['output']}")).document["state"] == state
        assert scene.send(get(f"/outputs/{ids['output']}/progress")).document["state"] == state
        assert scene.send(get(f"/jobs/{ids['job']}")).document["job"]["output_media_files"][0]["state"] == state

    S.seen(f"output-{_state}", f"an output is {_state}")(_output)

# States that jobs really come to.
S.rule(
    "created",
    "a job begins as pending or waiting, its outputs as waiting",
    lambda scene: scene.once("begun", lambda: _begun(scene)),
    at("job.state", either("pending", "waiting", "processing")),
)


def _begun(scene: Scene) -> Any:
    with scene.downloading() as url:
        job = scene.job({"input": url})
        return scene.send(get(f"/jobs/{job}"))


S.rule(
    "created-output",
    "an output begins as waiting",
    lambda scene: scene.once("begun", lambda: _begun(scene)),
    at("job.output_media_files.0.state", "waiting"),
)
S.rule(
    "downloading",
    "input: processing is download and inspection",
    get("/jobs/{held}"),
    at("job.input_media_file.state", "processing"),
)
S.rule(
    "downloading-job", "job: processing as soon as anything runs", get("/jobs/{held}"), at("job.state", "processing")
)
S.rule(
    "encoding",
    "output: processing is the encode",
    lambda scene: interrupted(scene).working["output"],
    at("state", "processing"),
)
S.rule(
    "encoding-input",
    "its input is finished then",
    lambda scene: interrupted(scene).working["input"],
    at("state", "finished"),
)
S.rule("cancelled", "cancelled", lambda scene: interrupted(scene).over["job"], at("job.state", "cancelled"))
S.rule(
    "finished",
    "a job is finished when every output is",
    get("/jobs/{film}"),
    at("job.output_media_files", [{"state": "finished"}] * 4),
    at("job.state", "finished"),
)
S.rule(
    "failed-input",
    "a job failed when its input failed",
    get("/jobs/{broken}"),
    at("job.input_media_file.state", "failed"),
    at("job.state", "failed"),
)
S.rule(
    "failed-output",
    "a job failed when any output failed",
    get("/jobs/{half}"),
    at("job.state", "failed"),
    at("job.output_media_files.0.state", "failed"),
    ours=True,
)
S.rule(
    "others-done",
    "the other outputs are completed and uploaded",
    get("/jobs/{half}"),
    at("job.output_media_files.1.state", "finished"),
    ours=True,
)
S.rule(
    "no-input",
    "an input's failure makes its outputs no_input",
    get("/jobs/{broken}"),
    at("job.output_media_files.0.state", "no_input"),
)
S.rule(
    "input-class",
    "and sets error_class on the input",
    get("/jobs/{broken}"),
    at("job.input_media_file.error_class", "NoMediaError"),
)
S.rule("input-message", "and error_message", get("/jobs/{broken}"), at("job.input_media_file.error_message", SENTENCE))
S.rule("lower-case", "states are in lower case", get("/jobs/{film}/progress"), at("state", "finished"))


@S.seen("others-uploaded", "the file of the other output is there", ours=True)
def others_uploaded(scene: Scene) -> None:
    scene.details("half")
    assert scene.customer.s3.head_object(Bucket=scene.ready.output_bucket, Key="half/good.mp4")["ContentLength"] > 1000


@S.seen("dependent", "a playlist waits for its sources, and a failed source fails it")
def dependent(scene: Scene) -> None:
    late = {**SMALL, "type": "segmented", "label": "late", "start_clip": 600}
    listed = {"type": "playlist", "label": "list", "streams": [{"source": "late", "path": "late.m3u8"}]}
    job = scene.job({"input": scene.fill(CLIP), "outputs": [listed, late]})
    states = {each["label"]: each["state"] for each in scene.ended(job)["output_media_files"]}
    assert states == {"late": "failed", "list": "failed"}


@S.seen("order", "states are passed through in their order, never back")
def order(scene: Scene) -> None:
    job = scene.job(scene.fill_all({"input": CLIP, "output": SMALL}))
    seen: list[tuple[int, int, int]] = []
    while not seen or JOB.index("finished") > seen[-1][0]:
        found = scene.send(get(f"/jobs/{job}")).document["job"]
        given, made = found["input_media_file"]["state"], found["output_media_files"][0]["state"]
        seen.append((JOB.index(found["state"]), INPUT.index(given), OUTPUT.index(made)))
        assert len(seen) < 5000
    for each in zip(*seen, strict=True):
        assert list(each) == sorted(each), seen


S.rule(
    "unknown-source",
    "an output that names a source that is not there is refused",
    mock(outputs=[{"type": "playlist", "streams": [{"source": "x", "path": "x.m3u8"}]}, {"label": "a"}]),
    errors("x"),
)
