"""A job that fails before it can begin, so that its owner sees why. For what comes without anybody to answer to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stepcoder import runtime
from stepcoder.aws.table import Conflict
from stepcoder.credentials.sealing_settings import sealed_request
from stepcoder.errors import InputError, TryAgain
from stepcoder.jobs.creation import as_account_may, locations_of
from stepcoder.jobs.drafting import Draft, Origin
from stepcoder.jobs.ending import finish_job
from stepcoder.records.model import Account
from stepcoder.records.store import records

if TYPE_CHECKING:
    from stepcoder.request.model import JobRequest


def create_refused_job(account: Account, request: JobRequest, error: InputError, origin: Origin) -> int | None:
    """Make a job whose input has failed with `error` and whose outputs have no input, and tell those who are to know.

    The id of the job; None if the origin's receipt says that there is a job already. Raises BodyTooLarge and TryAgain.
    """
    store = records()
    request = as_account_may(account, request)
    draft = Draft(account, request, locations_of(request), origin)
    job, source, outputs = draft.records(store.new_ids(len(request.outputs)))
    over = runtime.timestamp()
    job = replace(job, state="failed", refused=True, finished_at=over)
    source = replace(
        source, state="failed", finished_at=over, error_class=error.error_class, error_message=error.message
    )
    outputs = [replace(output, state="no_input", finished_at=over) for output in outputs]
    try:
        store.create(job, source, outputs, sealed_request(request.to_json(), account.id, job.id), origin.receipt)
    except Conflict:
        return None
    try:
        finish_job(job.id)
    except TryAgain:
        # The job is there to be seen; the sweeper tells of it.
        runtime.logger().warning("telling of a refused job is left to the sweeper", job_id=job.id, exc_info=True)
    return job.id
