"""Accepting a job: ids, places, one transaction, and the start of its execution. What may be asked is request/."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stepcoder import runtime
from stepcoder.accounts import require_active
from stepcoder.aws import workflow
from stepcoder.aws.table import Conflict
from stepcoder.credentials.checking import check_credentials
from stepcoder.credentials.sealing_settings import sealed_request
from stepcoder.errors import InvalidRequest
from stepcoder.jobs.drafting import Draft, Origin, shown
from stepcoder.jobs.idempotency import earlier_job, receipt_for
from stepcoder.records.files import use_of
from stepcoder.records.model import Account, Job, Output
from stepcoder.records.store import Records, records
from stepcoder.storage import Place
from stepcoder.uploads.places import is_somebodys

if TYPE_CHECKING:
    from stepcoder.records.receipts import Receipt
    from stepcoder.request.locations import Location
    from stepcoder.request.model import JobRequest, OutputRequest

_PLAIN = Origin()


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


def create_job(account: Account, request: JobRequest, origin: Origin = _PLAIN) -> CreatedJob:
    """Make the job durable, start it, and say where its files will be. A mock job is only checked and described.

    A job whose execution can't be started stays `pending`: the client hears of it as of any other, and the sweeper
    starts it later. A request that comes again with its idempotency key makes no second job: it is told of the first.
    Raises Forbidden, InvalidRequest, BodyTooLarge, TryAgain; after any of them nothing was stored.
    """
    require_active(account)
    request = as_account_may(account, request)
    locations = locations_of(request)
    _refuse_own_places(request, locations)
    check_credentials(account, request)
    if request.mock:
        mocks = zip(request.outputs, locations, strict=True)
        described = tuple(CreatedOutput(None, output.label, shown(location)) for output, location in mocks)
        return CreatedJob(None, request.test, described)
    store, receipt = records(), origin.receipt or receipt_for(account, origin.idempotency_key, request)
    return _earlier(store, receipt) or _made(store, Draft(account, request, locations, origin), receipt)


def as_account_may(account: Account, request: JobRequest) -> JobRequest:
    """The request as a test where the account or its key makes tests only (zencoder-api 4.5)."""
    if account.integration_mode or account.key_kind == "integration":
        return request.model_copy(update={"test": True})
    return request


def locations_of(request: JobRequest) -> tuple[Location, ...]:
    """Where the files of each output go; made up where the request doesn't say."""
    return tuple(_location(output) for output in request.outputs)


def _made(store: Records, draft: Draft, receipt: Receipt | None) -> CreatedJob:
    job, source, outputs = draft.records(store.new_ids(len(draft.request.outputs)))
    request = sealed_request(draft.request.to_json(), job.account_id, job.id)
    try:
        upload = draft.origin.upload
        also = [] if upload is None else [use_of(upload, job.id)]
        store.create(job, source, outputs, request, receipt, also)
    except Conflict:
        # The same request came twice at the same moment: whoever was first made the job.
        first = _earlier(store, receipt)
        if first is None and draft.origin.upload is not None:
            raise InvalidRequest("The uploaded file was deleted while the job was being made.") from None
        if first is None:
            raise
        return first
    _start(job.id)
    return _described(job, outputs)


def _earlier(store: Records, receipt: Receipt | None) -> CreatedJob | None:
    job_id = earlier_job(store, receipt)
    if job_id is None:
        return None
    job = store.job(job_id)
    return _described(job, store.outputs(job))


def _described(job: Job, outputs: Sequence[Output]) -> CreatedJob:
    made = tuple(CreatedOutput(output.id, output.label, output.url) for output in outputs)
    return CreatedJob(job.id, job.test, made)


def _start(job_id: int) -> None:
    try:
        workflow.start_job(job_id, 0)
        records().move_job(job_id, "waiting", attempt=0)
    except Exception:
        # The job is durable: whatever went wrong here, the client must not be told otherwise.
        runtime.logger().exception("a job was accepted but not started; the sweeper will start it", job_id=job_id)


def _location(output: OutputRequest) -> Location:
    from stepcoder.request.locations import resolve

    day = runtime.now().date()
    return resolve(output, output_bucket=runtime.settings().output_bucket, token_hex=secrets.token_hex, day=day)


def _refuse_own_places(request: JobRequest, locations: Sequence[Location]) -> None:
    """Nobody's output may lie where every account's plans and chunks do, nor where a file becomes a job again."""
    from stepcoder.request.locations import directory, place

    problems = []
    for index, (asked, location) in enumerate(zip(request.outputs, locations, strict=True)):
        others = [directory(each.base_url).target for each in asked.thumbnails if each.base_url]
        others += [place(asked.secondary_url).target] if asked.secondary_url else []
        places = [Place.read(target) for target in (location.target, *others)]
        if any(_is_work(place) for place in places):
            problems.append(f"outputs[{index}] names a bucket that this service keeps for its own work.")
        if any(_is_drop(place) for place in places):
            problems.append(f"outputs[{index}] names a place whose files become jobs: it must be another one.")
    if problems:
        raise InvalidRequest(*problems)


def _is_work(place: Place) -> bool:
    return place.family == "s3" and place.home == runtime.settings().work_bucket


def _is_drop(place: Place) -> bool:
    return place.family == "s3" and place.home == runtime.settings().upload_bucket and is_somebodys(place.path)
