"""Jobs that take more than one call to bring about: one resubmitted to the limit, one cancelled while it encodes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.conformance.cast import CLIP, NOISE
from tests.conformance.scene import Scene
from tests.conformance.wire import Reply, get, put


@dataclass
class Resubmitted:
    """A job that fails each time: its details after each attempt, and what each resubmit answered."""

    job: int
    hook: str
    details: list[Any] = field(default_factory=list)
    replies: list[Reply] = field(default_factory=list)
    after: list[str] = field(default_factory=list)  # the state right after each


def failed_again(scene: Scene) -> Resubmitted:
    """Resubmitted six times: five are allowed."""
    found: Resubmitted = scene.once("resubmitted", lambda: _fail_again(scene))
    return found


def _fail_again(scene: Scene) -> Resubmitted:
    output = {"label": "web", "notifications": ["{hook.again-output}"]}
    job = scene.job(scene.fill_all({"input": NOISE, "output": output, "notifications": ["{hook.again}"]}))
    made = Resubmitted(job, "again")
    for _ in range(6):
        made.details.append(scene.ended(job))
        made.replies.append(scene.send(put(f"/jobs/{job}/resubmit")))
        made.after.append(scene.send(get(f"/jobs/{job}/progress")).document["state"])
    return made


@dataclass
class Interrupted:
    """A job that was looked at while it encoded, and then cancelled."""

    job: int
    input: int
    output: int
    working: dict[str, Reply]  # what the six reading calls answered while it encoded
    cancel: Reply
    over: dict[str, Reply]  # what they answered right after it was cancelled


def interrupted(scene: Scene) -> Interrupted:
    found: Interrupted = scene.once("interrupted", lambda: _interrupt(scene))
    return found


def _interrupt(scene: Scene) -> Interrupted:
    output = {"label": "web", "speed": 1, "width": 1920, "upscale": True, "thumbnails": {"number": 1}}
    asked = [{**output, "notifications": ["{hook.cancelled-output}"]}, {"label": "sd", "speed": 1, "width": 640}]
    job = scene.job(scene.fill_all({"input": CLIP, "outputs": asked, "notifications": ["{hook.cancelled}"]}))
    scene.until(get(f"/jobs/{job}/progress"), lambda progress: _percent(progress) > 0)
    details = scene.send(get(f"/jobs/{job}")).document["job"]
    source, made = details["input_media_file"]["id"], details["output_media_files"][0]["id"]
    working = _six(scene, job, source, made)
    cancel = scene.send(put(f"/jobs/{job}/cancel"))
    return Interrupted(job, source, made, working, cancel, _six(scene, job, source, made))


def _percent(progress: Any) -> float:
    return max(float(each.get("progress", 0)) for each in progress["outputs"])


def _six(scene: Scene, job: int, source: int, output: int) -> dict[str, Reply]:
    paths = {"job": f"/jobs/{job}", "input": f"/inputs/{source}", "output": f"/outputs/{output}"}
    found = {name: scene.send(get(path)) for name, path in paths.items()}
    return found | {f"{name}-progress": scene.send(get(f"{path}/progress")) for name, path in paths.items()}
