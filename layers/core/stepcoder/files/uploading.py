"""Taking in uploads: where to send the bytes, and bytes that come to our own address (videosdk-encoder-api 8).

A form sent straight to S3 tells nobody that it is there. The file is looked at when somebody asks for it: by its id, by
listing files; a job may name it at once. Nothing has to listen to the bucket, and what nobody asks for costs nothing.
"""

from __future__ import annotations

import io
import mimetypes
import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.errors import InvalidRequest
from stepcoder.files.places import upload_key
from stepcoder.files.reading import has_come, missing, upload_of
from stepcoder.records.model import Account, File
from stepcoder.records.store import records

# What a request to a Lambda function can carry is 6 MB; base64 makes three bytes four, and headers go along.
LARGEST_UPLOAD = 4_500_000  # bytes of the whole form
TOO_LARGE = (
    f"A form through this address may have {LARGEST_UPLOAD:,} bytes. Send a larger file straight to storage: POST here"
    " without a body answers where to, as uploadUrl, and the fields to send before the file."
)
LARGEST_FORM = 5 * 1024**3  # bytes; what S3 takes in one piece
_FORM_SECONDS = 3600
_NAME_BYTES = 12
_LOOKED_AT = 10  # files in one call, which has 29 seconds
_ASKED_AT_ONCE = 8


@dataclass(frozen=True)
class Invitation:
    """Where bytes may be sent: a form with these fields, posted to `url` until `expires_at`. `file` waits for them."""

    file: File
    url: str
    fields: dict[str, str]
    expires_at: str


def invite(account: Account) -> Invitation:
    """Make room for one upload straight to S3."""
    bucket, name = runtime.settings().upload_bucket, secrets.token_hex(_NAME_BYTES)
    # What it will be nobody knows yet; S3 and ffmpeg don't go by the name.
    file = records().await_file(account.id, upload_key(name, "video", "mp4"))
    url, fields = Objects().presign_form(bucket, file.key, _FORM_SECONDS, LARGEST_FORM)
    expires_at = runtime.timestamp(runtime.now() + timedelta(seconds=_FORM_SECONDS))
    return Invitation(file, url, fields, expires_at)


def take(account: Account, content: bytes, filename: str) -> File:
    """Keep a file that came whole. Raises InvalidRequest for what is neither film nor picture."""
    # PyAV: only the calls that look at a file should pay for it.
    from stepcoder.files.looking import look_at

    if not content:
        raise InvalidRequest("The file is empty.")
    found = look_at(io.BytesIO(content), len(content))
    kind, extension = found["type"], filename.rpartition(".")[2] if "." in filename else ""
    default = {"image": found["meta"]["format"], "video": "mp4"}[kind]
    key = upload_key(secrets.token_hex(_NAME_BYTES), kind, extension or default)
    named, _ = mimetypes.guess_type(key)
    content_type = named if named and named.startswith(f"{kind}/") else None
    Objects().put(runtime.settings().upload_bucket, key, content, content_type)
    return records().add_file(account.id, key, found)


def find(account: Account, file_id: str) -> File:
    """The account's upload by its id, looked at if that has not been done yet. Raises NotFound, InvalidRequest."""
    file = upload_of(account, file_id)
    if file.state == "ready":
        return file
    if not has_come(file):
        raise missing(file_id)
    return _look_at(file)


def listing(account: Account, page: int, per_page: int) -> tuple[list[File], int]:
    """A page of the account's uploads, newest first; and how many there are on all pages."""
    _look_after_awaited(account)
    store = records()
    return store.files(account.id, page, per_page), store.count_files(account.id)


def _look_after_awaited(account: Account) -> None:
    """Look at what has come since; forget what can't come any more, because its form is too old."""
    waiting = records().awaited_files(account.id)
    with ThreadPoolExecutor(_ASKED_AT_ONCE) as pool:
        there = list(pool.map(has_come, waiting))
    for file in [file for file, came in zip(waiting, there, strict=True) if came][:_LOOKED_AT]:
        try:
            _look_at(file)
        except InvalidRequest:
            records().file_refused(file)
    oldest = runtime.now() - 2 * timedelta(seconds=_FORM_SECONDS)
    for file in [file for file, came in zip(waiting, there, strict=True) if not came]:
        if datetime.fromisoformat(file.created_at) < oldest:
            records().file_refused(file)


def _look_at(file: File) -> File:
    from stepcoder.files.looking import look_at_object

    return records().file_arrived(file, look_at_object(runtime.settings().upload_bucket, file.key))
