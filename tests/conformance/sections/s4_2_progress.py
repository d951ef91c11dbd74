"""Section 4.2: what progress means."""

from __future__ import annotations

from typing import Any

from tests.conformance.cast import CLIP
from tests.conformance.kinds import PERCENT, either
from tests.conformance.rules import Section
from tests.conformance.scene import Scene
from tests.conformance.sections.repeats import interrupted
from tests.conformance.wire import at, get, only

S = Section("4.2", "Progress semantics")
RUNNING = {"state": "processing", "finished_at": None}


def course(scene: Scene) -> list[Any]:
    """Progress of one whole job, as often as it can be asked for."""
    found: list[Any] = scene.once("course", lambda: _watched(scene))
    return found


def _watched(scene: Scene) -> list[Any]:
    outputs = [{"speed": 4, "width": 480, "upscale": True}, {"speed": 5, "width": 96}]
    job = scene.job({"input": scene.fill(CLIP), "outputs": outputs})
    seen: list[Any] = []
    while not seen or seen[-1]["state"] in ("pending", "waiting", "processing"):
        seen.append(scene.send(get(f"/jobs/{job}/progress")).document)
        assert len(seen) < 10_000
    assert seen[-1]["state"] == "finished", seen[-1]
    return seen


@S.seen("job-never-back", "a job's progress never decreases")
def job_never_back(scene: Scene) -> None:
    values = [each["progress"] for each in course(scene) if "progress" in each]
    assert values and values == sorted(values)


@S.seen("output-never-back", "an output's neither")
def output_never_back(scene: Scene) -> None:
    for position in (0, 1):
        outputs = [each["outputs"][position] for each in course(scene)]
        values = [each["progress"] for each in outputs if "progress" in each]
        assert values == sorted(values)
    assert any("progress" in each["outputs"][0] for each in course(scene))


@S.seen("below-100", "never 100 before it is over")
def below_100(scene: Scene) -> None:
    seen = course(scene)
    numbers = [each["progress"] for each in seen if "progress" in each]
    numbers += [output["progress"] for each in seen for output in each["outputs"] if "progress" in output]
    assert numbers and max(numbers) < 100


@S.seen("numbers", "values are numbers, not text")
def numbers(scene: Scene) -> None:
    seen = [each for each in course(scene) if "progress" in each]
    assert seen and all(PERCENT.fits(each["progress"]) for each in seen)


@S.seen("events", "current_event is one of the documented ones, capitalised")
def events(scene: Scene) -> None:
    given, made = set(), set()
    for each in [*course(scene), scene.send(get("/jobs/{held}/progress")).document]:
        given |= {each["input"]["current_event"]} if "current_event" in each["input"] else set()
        made |= {output["current_event"] for output in each["outputs"] if "current_event" in output}
    assert given and given <= {"Downloading", "Inspecting"}, given
    assert made and made <= {"Downloading", "Transcoding", "Uploading"}, made


S.rule("waiting", "not started: state only", get("/outputs/{held.web}/progress"), only("state"))
S.rule("finished", "finished: state only", get("/outputs/{film.web}/progress"), only("state"))
S.rule("failed", "failed: state only", get("/outputs/{half.late}/progress"), only("state"))
S.rule("cancelled", "cancelled: state only", lambda scene: interrupted(scene).over["output-progress"], only("state"))
S.rule(
    "event-input",
    "an input's event",
    get("/inputs/{held.input}/progress"),
    at("current_event", either("Downloading", "Inspecting")),
)


def _copied(scene: Scene, **changes: Any) -> Any:
    ids = scene.copy("cut", of_job=RUNNING, **changes)
    return scene.send(get(f"/jobs/{ids['job']}/progress")).document


@S.seen("weights-output", "an output is 90 % transcoding and 10 % uploading", ours=True)
def weights_output(scene: Scene) -> None:
    half = _copied(scene, of_outputs={**RUNNING, "work_total": 100, "work_done": 50})["outputs"][0]
    assert (half["current_event_progress"], half["progress"]) == (50, 45)
    sent = {"state": "uploading", "finished_at": None, "upload_total": 100, "upload_done": 50}
    sending = _copied(scene, of_outputs=sent)["outputs"][0]
    assert (sending["current_event"], sending["current_event_progress"], sending["progress"]) == ("Uploading", 50, 95)


@S.seen("weights-job", "a job is 10 % input and 90 % the mean of its outputs", ours=True)
def weights_job(scene: Scene) -> None:
    half = _copied(scene, of_outputs={**RUNNING, "work_total": 100, "work_done": 50})
    assert half["progress"] == 50.5  # 10 + 0.9 * 45
    given = _copied(
        scene,
        of_input={**RUNNING, "event": "Downloading", "event_progress": 50},
        of_outputs={"state": "waiting", "finished_at": None},
    )
    assert given["progress"] == 0.1 * given["input"]["progress"] == 4.5


@S.seen("uploading-moves", "Uploading moves: it is not stuck near 100")
def uploading_moves(scene: Scene) -> None:
    shown = []
    for done in (0, 50, 99):
        sent = {"state": "uploading", "finished_at": None, "upload_total": 100, "upload_done": done}
        shown.append(_copied(scene, of_outputs=sent)["outputs"][0]["progress"])
    assert shown == sorted(set(shown)) and shown[0] == 90 and shown[-1] < 100
