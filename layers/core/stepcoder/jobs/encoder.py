"""Jobs as VideoSDK's clients make, list and delete them (videosdk-encoder-api 4, 5), over the one job model."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stepcoder import runtime
from stepcoder.dialects.videosdk.ids import parts_of
from stepcoder.dialects.videosdk.jobs import job_id as hex_id
from stepcoder.dialects.videosdk.jobs import status_of
from stepcoder.dialects.videosdk.refusals import InvalidBody, NotQueued, Problem
from stepcoder.errors import NotFound
from stepcoder.files.reading import has_come, upload_of
from stepcoder.jobs import ending
from stepcoder.jobs.creation import create_job
from stepcoder.jobs.drafting import Origin
from stepcoder.jobs.reading import WholeJob, whole_job, whole_jobs
from stepcoder.records.model import Account, File
from stepcoder.records.store import records

if TYPE_CHECKING:
    from stepcoder.dialects.videosdk.asked import Asked


def create(account: Account, body: Mapping[str, Any], files_base: str) -> WholeJob:
    """Make the job a body asks for. `files_base`: where its files will be fetched from, for its webhook.

    Raises InvalidBody, and what creation.create_job raises.
    """
    # Settings as models: only this call should pay for them.
    from stepcoder.dialects.videosdk.asked import asked
    from stepcoder.dialects.videosdk.outputs import shaped
    from stepcoder.request.model import JobRequest

    wanted, settings = asked(body), runtime.settings()
    upload = _upload(account, wanted)
    source = f"s3://{settings.upload_bucket}/{upload.key}" if upload else str(wanted.video_url)
    shape = shaped(wanted, source, settings.output_bucket, secrets.token_hex)
    wire = {**_echoed(wanted), "parts": shape.parts, "images": shape.images, "base": files_base}
    origin = Origin(wire=wire, upload=upload.id if upload else None)
    created = create_job(account, JobRequest.from_body(shape.body), origin)
    return whole_job(account, int(created.id or 0))


def find(account: Account, job_id: str) -> WholeJob:
    """The account's job by its 24-hex or its integer id. Raises NotFound, also for one that was deleted."""
    parts = parts_of(job_id)
    number = parts.number if parts is not None and parts.kind == "job" else 0
    if job_id.isascii() and job_id.isdigit() and len(job_id) < 19:
        number = int(job_id)
    missing = NotFound(f"There is no job with the id {job_id[:40]!r}.")
    if not number:
        raise missing
    try:
        whole = whole_job(account, number)
    except NotFound:
        raise missing from None
    by_hex = not job_id.isdigit() or len(job_id) == 24
    if whole.job.deleted_at or (by_hex and hex_id(whole.job) != job_id.lower()):
        raise missing
    return whole


def listing(account: Account, page: int, per_page: int) -> tuple[list[WholeJob], int]:
    """A page of the account's jobs, newest first, without deleted ones; and how many there are on all pages."""
    store = records()
    jobs = store.jobs(account.id, page, per_page, with_deleted=False)
    return whole_jobs(store, [job for job in jobs if not job.deleted_at]), store.count_jobs(account.id)


def delete(account: Account, job_id: str) -> WholeJob:
    """Delete a job that nobody has begun; the job as it was. Raises NotFound, NotQueued."""
    whole = find(account, job_id)
    if not ending.delete_queued(whole.job.id):
        now = find(account, job_id)
        raise NotQueued(status_of(now.job, now.outputs))
    return whole


def _upload(account: Account, wanted: Asked) -> File | None:
    if wanted.video_id is None:
        return None
    try:
        file = upload_of(account, wanted.video_id)
    except NotFound:
        sentence = f"videoId is {wanted.video_id}: this account has no uploaded file with that id."
        raise InvalidBody([Problem("videoId", "unknown", sentence)]) from None
    if file.type != "video":
        raise InvalidBody([Problem("videoId", "invalid", "videoId names an image: it must be an uploaded video.")])
    return _arrived(file) if file.state == "awaited" else file


def _arrived(file: File) -> File:
    """Its bytes came by a form; what they are, the job's own look at its source will tell."""
    if not has_come(file):
        raise InvalidBody([Problem("videoId", "invalid", "videoId names a file that has not been uploaded yet.")])
    return file


def _echoed(wanted: Asked) -> dict[str, Any]:
    return {
        "dialect": "videosdk",
        "video_id": wanted.video_id,
        "video_url": wanted.video_url,
        "presets": list(wanted.presets),
        "thumbnails": list(wanted.thumbnails),
        "webhook_url": wanted.webhook_url,
        "user_data": wanted.user_data,
    }
