"""What an account may read of its jobs, inputs and outputs. Changing them is creation, cancelling and ending.

Somebody else's record is answered exactly like one that does not exist (zencoder-api 1.2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from stepcoder.errors import InvalidRequest, NotFound, Unauthorized
from stepcoder.jobs.links import with_fresh_link
from stepcoder.records.model import Account, Input, Job, Output
from stepcoder.records.store import Records, records
from stepcoder.states import JOB_STATES

Record = TypeVar("Record", Job, Input, Output)


@dataclass(frozen=True)
class WholeJob:
    """A job with its input and its outputs, in the order of the request."""

    job: Job
    input: Input
    outputs: tuple[Output, ...]


def job_of(account: Account, job_id: int) -> Job:
    """The account's job. Raises NotFound."""
    return _owned("job", account, records().job, job_id)


def changeable_job(account: Account, job_id: int) -> Job:
    """The account's job, to be changed: a key for test jobs only sees the others. Raises NotFound, Unauthorized."""
    job = job_of(account, job_id)
    if account.key_kind == "integration" and not job.test:
        raise Unauthorized("This API key can only change test jobs: use a full key.")
    return job


def input_of(account: Account, input_id: int) -> Input:
    """The account's input. Raises NotFound."""
    return _owned("input", account, records().input, input_id)


def output_of(account: Account, output_id: int) -> Output:
    """The account's output. Raises NotFound."""
    return with_fresh_link(_owned("output", account, records().output, output_id))


def whole_job(account: Account, job_id: int) -> WholeJob:
    """The account's job with all that belongs to it. Raises NotFound."""
    whole = _with_media(records(), [job_of(account, job_id)])
    if not whole:
        raise _missing("job", job_id)
    return whole[0]


def list_jobs(account: Account, page: int, per_page: int, state: str | None = None) -> list[WholeJob]:
    """A page of the account's jobs, newest first; empty past the end. Raises InvalidRequest for an unknown state."""
    if state and state not in JOB_STATES:
        raise InvalidRequest(f"state must be one of {', '.join(sorted(JOB_STATES))}.")
    store = records()
    return _with_media(store, store.jobs(account.id, page, per_page, state or None))


def whole_jobs(store: Records, jobs: list[Job]) -> list[WholeJob]:
    """The same for jobs that are read already, in few calls."""
    return _with_media(store, jobs)


def _owned(noun: str, account: Account, read: Callable[[int], Record], record_id: int) -> Record:
    try:
        record = read(record_id)
    except NotFound as unknown:
        raise _missing(noun, record_id) from unknown
    if record.account_id != account.id:
        raise _missing(noun, record_id)
    return record


def _missing(noun: str, record_id: int) -> NotFound:
    return NotFound(f"There is no {noun} with the id {record_id}.")


def _with_media(store: Records, jobs: list[Job]) -> list[WholeJob]:
    inputs = store.inputs_by_id(job.input_id for job in jobs)
    outputs = store.outputs_by_id(output_id for job in jobs for output_id in job.output_ids)
    # All of a job goes at one moment; it may have come since the job was read.
    whole = (job for job in jobs if job.input_id in inputs and outputs.keys() >= set(job.output_ids))
    return [
        WholeJob(job, inputs[job.input_id], tuple(with_fresh_link(outputs[each]) for each in job.output_ids))
        for job in whole
    ]
