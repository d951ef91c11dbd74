"""Resubmitting at the customer's wish: who may, how often, and when it is too late. The rest is jobs/beginning.py."""

from __future__ import annotations

from datetime import datetime, timedelta

from stepcoder import runtime
from stepcoder.accounts import require_active
from stepcoder.errors import Forbidden, TryAgain, WrongState
from stepcoder.jobs.beginning import begin
from stepcoder.jobs.reading import changeable_job
from stepcoder.records.model import Account, Job
from stepcoder.records.store import records

# zencoder-api 1.8
MOST_RESUBMITS = 5
OLDEST_RESUBMIT = timedelta(days=7)

_RACES = 20


def resubmit_job(account: Account, job_id: int) -> None:
    """Attempt the account's job again; outputs that are finished stay as they are (zencoder-api 2.4).

    Raises NotFound, WrongState (finished, or too old), Forbidden (resubmitted five times already, or the account
    is suspended), Unauthorized (a key for test jobs only).
    """
    require_active(account)
    store = records()
    for _ in range(_RACES):
        job = changeable_job(account, job_id)
        _refuse(job)
        if store.resubmit(job, store.input(job.input_id), store.outputs(job)):
            break
    else:
        raise TryAgain(f"Job {job_id} changes too fast to be resubmitted just now.")
    try:
        begin(job_id)
    except Exception:
        # The wish is durable: whatever went wrong here, the client must not be told otherwise.
        runtime.logger().exception("a resubmitted job was not started; the sweeper will start it", job_id=job_id)


def _refuse(job: Job) -> None:
    if job.refused:
        raise WrongState("This job's settings could not be used, so there is nothing to attempt: upload it again.")
    if job.state == "finished":
        raise WrongState("A job that is finished can't be resubmitted.")
    if job.deleted_at:
        raise WrongState("A job that was deleted can't be resubmitted.")
    if runtime.now() - datetime.fromisoformat(job.created_at) > OLDEST_RESUBMIT:
        raise WrongState(f"Only jobs created in the last {OLDEST_RESUBMIT.days} days can be resubmitted.")
    if job.attempt >= MOST_RESUBMITS:
        raise Forbidden(f"A job can be resubmitted {MOST_RESUBMITS} times; this one has been.")
