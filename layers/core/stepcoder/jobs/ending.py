"""How jobs end: by themselves, by failure of what ran them, by their owner's wish. Asking again changes nothing.

A job stays in the `unfinished` index until it is terminal, its last notification is queued and its usage is counted.
Whoever dies on the way leaves it there, and the sweeper comes back to it.
"""

from __future__ import annotations

from stepcoder import runtime
from stepcoder.errors import TryAgain
from stepcoder.notifications import queue_job_notifications, queue_output_notifications
from stepcoder.records.model import Job, Output
from stepcoder.records.store import Records, records
from stepcoder.states import TERMINAL_JOB, TERMINAL_OUTPUT, job_outcome
from stepcoder.usage import count_outputs

STOPPED_CLASS = "WorkerTimeoutError"
STOPPED_MESSAGE = "The job was attempted several times and could not be completed."


def finish_job(job_id: int, attempt: int | None = None) -> bool:
    """End a job whose outputs have all ended: its state follows from theirs, and everybody is told, job targets last.

    With an `attempt`, nothing is done to a job that is in a later one. False: an output is still under way, nothing
    was ended. Raises NotFound, and TryAgain while another worker is telling the same.
    """
    store = records()
    job = store.job(job_id)
    if attempt is not None and job.attempt != attempt:
        return True
    if job.state == "cancelled":
        _cancel_parts(store, job)  # whoever cancelled may have died half-way
    outputs = store.outputs(job)
    if any(output.state not in TERMINAL_OUTPUT for output in outputs):
        return False
    if job.state not in TERMINAL_JOB:
        _enter_outcome(store, job, outputs)
    _tell(store, job)
    return True


def fail_unfinished(
    job_id: int, attempt: int | None = None, error_class: str = STOPPED_CLASS, message: str = STOPPED_MESSAGE
) -> None:
    """Whatever of the job has not ended fails, because nothing runs any more that could end it. Then as finish_job.

    Outputs of an input that failed, and that never started, become no_input. Raises NotFound, TryAgain.
    """
    store = records()
    job = store.job(job_id)
    if attempt is not None and job.attempt != attempt:
        return
    if job.state not in TERMINAL_JOB:
        error = {"error_class": error_class, "error_message": message}
        store.move_input(job.input_id, "failed", attempt=job.attempt, **error)
        input_failed = store.input(job.input_id).state == "failed"
        for output in _unfinished(store, job):
            if not (input_failed and store.move_output(output.id, "no_input", attempt=job.attempt)):
                store.move_output(output.id, "failed", attempt=job.attempt, **error)
    finish_job(job_id, job.attempt)


def cancel_everything(job_id: int) -> bool:
    """Cancel a job with its input and all outputs that have not ended, and tell everybody. Workers notice by counting.

    False: the job has ended already. Raises NotFound; TryAgain only if nothing was changed.
    """
    store = records()
    job = store.job(job_id)
    while not store.move_job(job_id, "cancelled", attempt=job.attempt):
        seen, job = job, store.job(job_id)
        if job.attempt == seen.attempt:
            return False
    try:
        _cancel_parts(store, job)
        _tell(store, job)
    except TryAgain:
        # The job is cancelled, which is what was asked for; the sweeper does the rest.
        runtime.logger().warning("the rest of a cancellation is left to the sweeper", job_id=job_id, exc_info=True)
    return True


def delete_queued(job_id: int) -> bool:
    """Cancel a job before anything has begun it, without telling anybody. False: it has begun. Raises NotFound."""
    store = records()
    job = store.job(job_id)
    if not store.delete_waiting(job):
        return False
    try:
        _cancel_parts(store, job)
        store.settle(job)
    except TryAgain:
        runtime.logger().warning("the rest of a deletion is left to the sweeper", job_id=job_id, exc_info=True)
    return True


def _enter_outcome(store: Records, job: Job, outputs: list[Output]) -> None:
    outcome = job_outcome([output.state for output in outputs])
    if outcome == "finished":
        store.move_job(job.id, "processing", attempt=job.attempt)  # a job that had nothing to do finishes, too
    store.move_job(job.id, outcome, attempt=job.attempt)


def _cancel_parts(store: Records, job: Job) -> None:
    # Parts that a later attempt has taken up are not of the job that was cancelled.
    source = store.input(job.input_id)
    if source.attempt <= job.attempt:
        store.move_input(source.id, "cancelled", attempt=source.attempt)
    for output in _unfinished(store, job):
        if output.attempt <= job.attempt:
            store.move_output(output.id, "cancelled", attempt=output.attempt)


def _unfinished(store: Records, job: Job) -> list[Output]:
    return [output for output in store.outputs(job) if output.state not in TERMINAL_OUTPUT]


def _tell(store: Records, job: Job) -> None:
    told = [queue_output_notifications(output_id) for output_id in job.output_ids]
    if not all(told) or not queue_job_notifications(job.id):
        raise TryAgain(f"The notifications of job {job.id} are being queued by another worker.")
    count_outputs(job.output_ids)  # those that were finished by a worker who died before it could
    store.settle(job)
