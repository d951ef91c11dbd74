"""Accepting a job: ids, places, one transaction, and the start of its execution. What may be asked is request/."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stepcoder import runtime
from stepcoder.aws import workflow
from stepcoder.errors import InvalidRequest
from stepcoder.jobs.links import temporary_link
from stepcoder.records.model import Account, Input, Job, Output
from stepcoder.records.store import Records, records

if TYPE_CHECKING:
    from stepcoder.request.locations import Location
    from stepcoder.request.model import JobRequest, NotificationRequest, OutputRequest


@dataclass(frozen=True)
class CreatedOutput:
    """`id` is None for a mock job."""

    id: int | None
    label: str | None
    url: str


@dataclass(frozen=True)
class CreatedJob:
    """What the client is told at once. `id` is None for a mock job."""

    id: int | None
    test: bool
    outputs: tuple[CreatedOutput, ...]


def create_job(account: Account, request: JobRequest) -> CreatedJob:
    """Make the job durable, start it, and say where its files will be. A mock job is only checked and described.

    A job whose execution can't be started stays `pending`: the client hears of it as of any other, and the sweeper
    starts it later. Raises BodyTooLarge, TryAgain; after either nothing was stored.
    """
    if account.integration_mode or account.key_kind == "integration":
        request = request.model_copy(update={"test": True})
    locations = [_location(output) for output in request.outputs]
    _refuse_work_bucket(request, locations)
    if request.mock:
        return _described(None, [None] * len(locations), request, [_shown(location) for location in locations])
    job, outputs = _store(records(), account, request, locations)
    _start(job.id)
    return _described(job.id, job.output_ids, request, [output.url for output in outputs])


def _refuse_work_bucket(request: JobRequest, locations: Sequence[Location]) -> None:
    """The plans and chunks of every account's jobs lie there: nobody's output may."""
    from stepcoder.request.locations import directory

    ours = f"s3://{runtime.settings().work_bucket}/"
    problems = []
    for index, (asked, location) in enumerate(zip(request.outputs, locations, strict=True)):
        sets = [directory(each.base_url).target for each in asked.thumbnails if each.base_url]
        if any(target.startswith(ours) for target in (location.target, *sets)):
            problems.append(f"outputs[{index}] names a bucket that this service keeps for its own work.")
    if problems:
        raise InvalidRequest(*problems)


def _store(
    store: Records, account: Account, request: JobRequest, locations: Sequence[Location]
) -> tuple[Job, list[Output]]:
    job_id, input_id, output_ids = store.new_ids(len(request.outputs))
    job = Job(
        id=job_id,
        account_id=account.id,
        input_id=input_id,
        output_ids=tuple(output_ids),
        test=request.test,
        private=request.private,
        pass_through=request.pass_through,
        grouping=request.grouping,
        notifications=_notifications(request.notifications),
    )
    source = Input(
        id=input_id,
        job_id=job_id,
        account_id=account.id,
        url=request.input,
        state="waiting",  # what clients are told until something happens (zencoder-api 2.7)
        test=job.test,
        private=job.private,
    )
    outputs = [
        _output(job, output_id, index, request.outputs[index], locations[index])
        for index, output_id in enumerate(output_ids)
    ]
    store.create(job, source, outputs, request.to_json())
    return job, outputs


def _output(job: Job, output_id: int, index: int, asked: OutputRequest, location: Location) -> Output:
    return Output(
        id=output_id,
        job_id=job.id,
        account_id=job.account_id,
        index=index,
        url=_shown(location),
        target=location.target,
        temporary=location.temporary,
        kind=asked.type,
        label=asked.label,
        notifications=_notifications(asked.notifications),
        test=job.test,
        private=job.private,
    )


def _start(job_id: int) -> None:
    try:
        workflow.start_job(job_id)
        records().move_job(job_id, "waiting")
    except Exception:
        # The job is durable: whatever went wrong here, the client must not be told otherwise.
        runtime.logger().exception("a job was accepted but not started; the sweeper will start it", job_id=job_id)


def _location(output: OutputRequest) -> Location:
    from stepcoder.request.locations import resolve

    day = runtime.now().date()
    return resolve(output, output_bucket=runtime.settings().output_bucket, token_hex=secrets.token_hex, day=day)


def _shown(location: Location) -> str:
    return temporary_link(location.target) if location.temporary else location.display_url


def _notifications(asked: Sequence[NotificationRequest]) -> list[dict[str, object]]:
    return [notification.model_dump(mode="json", exclude_none=True) for notification in asked]


def _described(
    job_id: int | None, output_ids: Sequence[int | None], request: JobRequest, urls: Sequence[str]
) -> CreatedJob:
    outputs = tuple(
        CreatedOutput(output_id, output.label, url)
        for output_id, output, url in zip(output_ids, request.outputs, urls, strict=True)
    )
    return CreatedJob(job_id, request.test, outputs)
