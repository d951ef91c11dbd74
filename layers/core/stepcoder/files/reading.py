"""Finding files by their ids: uploads that are there, and what jobs made. What a new one is: looking.py."""

from __future__ import annotations

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.dialects.videosdk.files import Address, MadeFile, made_files, uploaded_id
from stepcoder.dialects.videosdk.ids import Parts, parts_of
from stepcoder.errors import NotFound
from stepcoder.jobs.reading import WholeJob, output_of, whole_job
from stepcoder.records.model import Account, File
from stepcoder.records.store import records


def missing(file_id: str) -> NotFound:
    """For what is unknown and what is somebody else's alike."""
    return NotFound(f"There is no file with the id {file_id[:40]!r}.")


def upload_of(account: Account, file_id: str) -> File:
    """The account's upload, whether its bytes have come or not. Raises NotFound."""
    parts = parts_of(file_id)
    if parts is None or parts.kind != "uploaded":
        raise missing(file_id)
    try:
        file = records().file(parts.number)
    except NotFound:
        raise missing(file_id) from None
    if file.account_id != account.id or uploaded_id(file) != file_id.lower():
        raise missing(file_id)
    return file


def has_come(file: File) -> bool:
    """Whether the bytes of an awaited file lie at its place."""
    return Objects().exists(runtime.settings().upload_bucket, file.key)


def made_of(account: Account, file_id: str, address: Address) -> tuple[WholeJob, MadeFile]:
    """A file that one of the account's jobs made, with the job. Raises NotFound."""
    parts = parts_of(file_id)
    if parts is None or parts.kind != "made":
        raise missing(file_id)
    try:
        whole = whole_job(account, output_of(account, parts.number).job_id)
    except NotFound:
        raise missing(file_id) from None
    for made in made_files(whole.job, whole.outputs, address):
        if made.document["id"] == file_id.lower():
            return whole, made
    raise missing(file_id)


def is_upload(file_id: str) -> bool:
    found: Parts | None = parts_of(file_id)
    return found is not None and found.kind == "uploaded"
