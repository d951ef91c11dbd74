"""Comparing what was accepted with what runs, and setting right what fell between. How jobs end is jobs/ending.py.

Found by the sparse index `unfinished`: jobs leave it when their last notification is queued, so it holds exactly what
may still need somebody: never started, running, broken off, or ended without everybody being told.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Literal

from stepcoder import runtime
from stepcoder.aws import workflow
from stepcoder.jobs.beginning import begin
from stepcoder.jobs.ending import finish_job
from stepcoder.records.store import records
from stepcoder.states import TERMINAL_JOB
from stepcoder.steps.finish import finish

# Younger jobs are left alone: whoever accepted them is still at it.
_GRACE = timedelta(minutes=2)

Finding = Literal["running", "young", "started", "ended", "told", "postponed"]


def sweep() -> dict[str, int]:
    """Look after every unfinished job once; returns how many were found in which condition.

    A job that can't be looked after just now is logged and left for the next sweep: one must not hold up the others.
    """
    unfinished = list(records().unfinished_jobs())
    # Asked after the listing: a job that ended in between is merely looked at for nothing.
    running = workflow.running() if unfinished else set()
    findings: Counter[str] = Counter()
    for job_id in unfinished:
        try:
            findings[look_after(job_id, running)] += 1
        except Exception:
            runtime.logger().exception("a job could not be looked after", job_id=job_id)
            findings["postponed"] += 1
    return dict(findings)


def look_after(job_id: int, running: set[workflow.Run]) -> Finding:
    """Set one unfinished job right. `running`: attempts known to have a running execution."""
    job = records().job(job_id)
    if job.state in TERMINAL_JOB:
        finish_job(job_id)
        return "told"
    if (job_id, job.attempt) in running:
        return "running"
    if _age(job.submitted_at) < _GRACE:
        return "young"
    status = workflow.execution_status(job_id, job.attempt)
    if status is None:
        return "running" if begin(job_id) == "waiting" else "started"
    if status == "RUNNING":
        return "running"
    # Whatever the execution left open fails, and nothing of it stays behind.
    finish(job_id, job.attempt)
    return "ended"


def _age(stamp: str) -> timedelta:
    return runtime.now() - datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
