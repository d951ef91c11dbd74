"""What follows when an execution is over, however it ended: nothing of its attempt stays open, the next one begins."""

from __future__ import annotations

from stepcoder import runtime
from stepcoder.errors import NotFound
from stepcoder.jobs.beginning import begin
from stepcoder.records.store import records
from stepcoder.states import TERMINAL_JOB
from stepcoder.steps.finish import finish


def execution_over(job_id: int, attempt: int, *, broken: bool = False) -> None:
    """See to a job one of whose executions has ended. Repeating it is harmless. Raises TryAgain.

    `broken`: it did not come to its last step, so its files may lie about even if its job has ended.
    """
    try:
        job = records().job(job_id)
    except NotFound:
        runtime.logger().info("an execution outlived its job's record", job_id=job_id)
        return
    if job.attempt == attempt and (broken or job.state not in TERMINAL_JOB):
        finish(job_id, attempt)
    elif job.attempt > attempt and job.state == "pending":
        begin(job_id)
