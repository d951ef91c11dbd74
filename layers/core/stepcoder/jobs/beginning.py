"""Beginning an attempt at a job: the first one that was not started at once, or the next. How they end: ending.py.

No two executions of a job run at once: a worker of the old one could deliver over a file of the new one. So a job
resubmitted while its execution still runs has its outputs cancelled, which stops the workers within seconds, stays
pending, and begins when that execution is over: steps/over.py hears of its end; the sweeper would find it, too.
"""

from __future__ import annotations

from typing import Literal

from stepcoder.aws import workflow
from stepcoder.records.store import records

Beginning = Literal["started", "waiting", "over"]


def begin(job_id: int) -> Beginning:
    """Start the attempt a pending job waits for. Repeating it is harmless.

    "waiting": an earlier attempt's execution still runs. "over": the job waits for nothing any more.
    Raises NotFound, TryAgain.
    """
    store = records()
    job = store.job(job_id)
    if job.attempt:
        # Not only the last: an attempt may have been given up for the next before it began.
        if any(workflow.execution_status(job_id, earlier) == "RUNNING" for earlier in range(job.attempt)):
            return "waiting"
        if not store.restart(job, store.input(job.input_id), store.outputs(job)):
            return "over"
    workflow.start_job(job_id, job.attempt)
    store.move_job(job_id, "waiting", attempt=job.attempt)
    return "started"
