"""Cancelling at the customer's wish: who may, and when it is too late. What a cancellation does is jobs/ending.py."""

from __future__ import annotations

from stepcoder.errors import WrongState
from stepcoder.jobs import ending
from stepcoder.jobs.reading import changeable_job, job_of
from stepcoder.records.model import Account


def cancel_job(account: Account, job_id: int) -> None:
    """Cancel the account's job. Raises NotFound, and WrongState when the job has ended already (zencoder-api 2.5)."""
    job = changeable_job(account, job_id)
    if not ending.cancel_everything(job.id):
        state = job_of(account, job_id).state
        raise WrongState(f"Only a job that is pending, waiting or processing can be cancelled; this one is {state}.")
