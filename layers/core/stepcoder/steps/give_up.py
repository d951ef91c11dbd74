"""Give up: the state machine has retried enough. Record it on the task's outputs, the output, or the input."""

from __future__ import annotations

from typing import Any

from stepcoder import runtime
from stepcoder.errors import InputError, OutputError
from stepcoder.records.store import records
from stepcoder.steps.failing import fail_output, fail_outputs
from stepcoder.steps.inspect import refuse_input
from stepcoder.steps.workspace import Workspace

_WORKER = ("WorkerTimeoutError", "The work timed out or its worker failed three times. Please submit the job again.")


def give_up(job_id: int, *, task_id: str | None, output_id: int | None, error: dict[str, Any]) -> dict[str, str]:
    """Mark what was lost as failed, with a sentence for the customer; the cause itself goes to the log."""
    runtime.logger().error("gave up", job_id=job_id, task_id=task_id, output_id=output_id, error=error)
    store = records()
    if task_id is not None:
        fail_outputs(store, Workspace(job_id).plan().task(task_id).output_ids, OutputError(*_WORKER))
    elif output_id is not None:
        fail_output(store, output_id, OutputError(*_WORKER))
    else:
        job = store.job(job_id)
        if store.input(job.input_id).state != "finished":
            refuse_input(store, job, InputError(*_WORKER))
    return {"outcome": "failed"}
