"""Give up: the state machine has retried enough. Record it on the task's outputs, the output, or the input."""

from __future__ import annotations

from typing import Any

from stepcoder import runtime
from stepcoder.errors import InputError, OutputError
from stepcoder.records.store import records
from stepcoder.steps.failing import fail_output, fail_outputs, refuse_input
from stepcoder.steps.workspace import Workspace

_RETRY = "Please submit the job again."
# What the state machine retried before it gave up: time, throttling, crashes. Everything else is a fault of ours.
_TIMED_OUT = ("TryAgain", "Sandbox.Timedout", "States.Timeout", "Lambda.", "Runtime.ExitError")


def _cause(error: dict[str, Any]) -> tuple[str, str]:
    """Error class (zencoder-api 4.8) and sentence for what Step Functions caught."""
    if str(error.get("Error", "")).startswith(_TIMED_OUT):
        return "WorkerTimeoutError", f"The work timed out or its worker failed, several times. {_RETRY}"
    return "UnexpectedResultError", f"The service met an internal error and has logged it. {_RETRY}"


def give_up(
    job_id: int, *, task_id: str | None, output_id: int | None, attempt: int | None, error: dict[str, Any]
) -> dict[str, str]:
    """Mark what was lost as failed, with a sentence for the customer; the cause itself goes to the log.

    A task, an output, or else the input in that attempt.
    """
    runtime.logger().error("gave up", job_id=job_id, task_id=task_id, output_id=output_id, error=error)
    store = records()
    if task_id is not None:
        fail_outputs(store, Workspace(job_id).plan().task(task_id).output_ids, OutputError(*_cause(error)))
    elif output_id is not None:
        fail_output(store, output_id, OutputError(*_cause(error)))
    else:
        job = store.job(job_id)
        if job.attempt == attempt and store.input(job.input_id).state != "finished":
            refuse_input(store, job, InputError(*_cause(error)))
    return {"outcome": "failed"}
