"""Whose records an account may read."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from stepcoder.errors import InvalidRequest, NotFound, WrongState
from stepcoder.jobs import cancelling, reading
from stepcoder.jobs.creation import create_job
from stepcoder.records.model import Account
from stepcoder.request.model import JobRequest
from tests.functions.api.world import World

ADA, BOB = Account(id=1, email="ada@example.com"), Account(id=2, email="bob@example.com")


@pytest.fixture
def job_id(world: World) -> int:
    created = create_job(ADA, JobRequest.from_body({"input": "s3://acme-in/a.mov", "outputs": [{}, {}]}))
    assert created.id is not None
    return created.id


@pytest.mark.parametrize(
    ("read", "offset"),
    [
        (reading.job_of, 0),
        (reading.whole_job, 0),
        (reading.input_of, 1),
        (reading.output_of, 2),
        (cancelling.cancel_job, 0),
    ],
)
def test_a_stranger_is_told_what_everybody_is_told_of_nothing(
    job_id: int, read: Callable[[Account, int], object], offset: int
) -> None:
    with pytest.raises(NotFound) as theirs:
        read(BOB, job_id + offset)
    with pytest.raises(NotFound) as missing:
        read(BOB, 424242)
    assert str(theirs.value) == str(missing.value).replace("424242", str(job_id + offset))
    read(ADA, job_id + offset)


def test_a_whole_job_has_its_outputs_in_order(job_id: int) -> None:
    whole = reading.whole_job(ADA, job_id)
    assert [output.index for output in whole.outputs] == [0, 1]
    assert whole.input.job_id == whole.job.id == job_id


def test_lists_are_by_account(job_id: int) -> None:
    assert [whole.job.id for whole in reading.list_jobs(ADA, 1, 50)] == [job_id]
    assert reading.list_jobs(BOB, 1, 50) == []
    with pytest.raises(InvalidRequest):
        reading.list_jobs(ADA, 1, 50, "asleep")


def test_a_job_is_cancelled_once(job_id: int) -> None:
    cancelling.cancel_job(ADA, job_id)
    with pytest.raises(WrongState, match="cancelled"):
        cancelling.cancel_job(ADA, job_id)
