"""Encode: one task of the plan, from its ids to its result in the work bucket. Each kind has its own module."""

from __future__ import annotations

from collections.abc import Callable

from stepcoder.errors import Cancelled, EncodingError
from stepcoder.records.store import records
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
    if workspace.result(task_id) is not None:
        return {"outcome": "done"}
    for output_id in task.output_ids:
        store.move_output(output_id, "processing", event="Transcoding")
    try:
        with task_run(plan, task, workspace, store) as run:
            run.count(0)
            result = _KINDS[task.kind](run)
            run.count(task.weight)
    except Cancelled:
        return {"outcome": "stopped"}
    except EncodingError as error:
        fail_outputs(store, task.output_ids, error)
        return {"outcome": "failed"}
    workspace.save_result(task_id, result)
    return {"outcome": "done"}
