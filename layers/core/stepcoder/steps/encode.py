"""Encode: one task of the plan, from its ids to its result in the work bucket. Each kind has its own module."""

from __future__ import annotations

from collections.abc import Callable

from stepcoder import runtime
from stepcoder.errors import Cancelled, EncodingError, TryAgain
from stepcoder.plan.model import Plan, Task
from stepcoder.records.store import Records, records
from stepcoder.steps.audio import encode_audio
from stepcoder.steps.failing import fail_outputs
from stepcoder.steps.stills import take_stills
from stepcoder.steps.task_run import TaskRun, task_run
from stepcoder.steps.video import encode_video
from stepcoder.steps.workspace import Result, Workspace

_KINDS: dict[str, Callable[[TaskRun], Result]] = {
    "video": encode_video,
    "audio": encode_audio,
    "thumbnails": take_stills,
}


def encode_task(job_id: int, task_id: str) -> dict[str, str]:
    """Run a task; the outcome is done, failed (its outputs are marked) or stopped (nobody wants it any more).

    Raises TryAgain where running it again may help: the state machine does.
    """
    workspace, store = Workspace(job_id), records()
    plan = workspace.plan()
    task = plan.task(task_id)
    if workspace.result(task_id) is None:
        outcome = _run(plan, task, workspace, store)
        if outcome != "done":
            return {"outcome": outcome}
    return {"outcome": _count(task, job_id, plan.attempt, store)}


def _count(task: Task, job_id: int, attempt: int, store: Records) -> str:
    """Counted when the result is safe. A table too busy to count is no reason to fail what was encoded."""
    try:
        return "done" if store.tally(job_id, attempt, task.id, task.weight, task.output_ids) else "stopped"
    except TryAgain as error:
        runtime.logger().warning("work done was not counted", job_id=job_id, task_id=task.id, reason=str(error))
        return "done"


def _run(plan: Plan, task: Task, workspace: Workspace, store: Records) -> str:
    """The outcome; when it is done, the result is saved."""
    for output_id in task.output_ids:
        store.move_output(output_id, "processing", event="Transcoding")
    try:
        with task_run(plan, task, workspace, store) as run:
            run.count(0)
            result = _KINDS[task.kind](run)
    except Cancelled:
        return "stopped"
    except EncodingError as error:
        fail_outputs(store, task.output_ids, error)
        return "failed"
    workspace.save_result(task.id, result)
    return "done"
