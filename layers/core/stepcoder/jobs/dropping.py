"""From a file that was put into the upload bucket to a job: once, however often and late its events come.

What settings it has is drop_settings.py. Without a client to answer to, a request that can't be honoured becomes a job
that failed and says why; what is no work for anybody is logged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

from stepcoder import runtime
from stepcoder.aws.faults import error_code
from stepcoder.aws.objects import Objects, StoredObject
from stepcoder.errors import BodyTooLarge, InputError, InvalidRequest, NotFound
from stepcoder.jobs.creation import create_job
from stepcoder.jobs.drafting import Origin
from stepcoder.jobs.drop_settings import DropSettings, settings_for, usable
from stepcoder.jobs.idempotency import receipt_of
from stepcoder.jobs.refusing import create_refused_job
from stepcoder.records.model import Account
from stepcoder.records.store import records
from stepcoder.storage import Place
from stepcoder.uploads.events import Upload
from stepcoder.uploads.places import kind_of, may_read, owner

if TYPE_CHECKING:
    from stepcoder.request.model import JobRequest

Finding = Literal[
    "created",  # a job was made
    "refused",  # a failed job was made, which says what is wrong with its settings
    "repeated",  # this file, or a later one of the same key, has its job already
    "gone",  # the file is not there any more
    "overtaken",  # another file was put over it since, which has an event of its own
    "settings",
    "folder",
    "hidden",
    "elsewhere",  # not in an account's part of the upload bucket
    "unknown_account",
    "inactive_account",
]
_SURPRISING = ("unknown_account", "inactive_account")


def take_in(uploads: Iterable[Upload]) -> dict[str, int]:
    """Make the jobs of these files; returns how many were found in which condition.

    Raises what broke the last of those that broke, when all others are done: the whole may then be repeated.
    """
    findings: Counter[str] = Counter()
    broken: Exception | None = None
    for upload in uploads:
        try:
            findings[_logged(upload)] += 1
        except Exception as error:
            runtime.logger().exception("an upload could not be taken in", bucket=upload.bucket, key=upload.key)
            broken = error
    if broken is not None:
        raise broken
    return dict(findings)


def drop(upload: Upload) -> Finding:
    """Make a job of a file, if it is one to be encoded and has none yet. Raises TryAgain."""
    account_id = owner(upload.key)
    if upload.bucket != runtime.settings().upload_bucket or account_id is None:
        return "elsewhere"
    kind = kind_of(upload.key)
    if kind != "file":
        return kind
    try:
        account = records().account(account_id)
    except NotFound:
        return "unknown_account"
    if account.state != "active":
        return "inactive_account"
    if records().receipt(receipt_of(account, upload)) is not None:
        return "repeated"
    try:
        stored = Objects().describe(upload.bucket, upload.key)
    except Exception as fault:
        if not error_code(fault):
            raise
        return _refuse_unseen(account, upload, error_code(fault))
    if stored is None:
        return "gone"
    if upload.etag and upload.etag != stored.etag:
        return "overtaken"
    return _make_job(account, upload, stored)


def _logged(upload: Upload) -> Finding:
    finding = drop(upload)
    log: dict[str, Any] = {"finding": finding, "bucket": upload.bucket, "key": upload.key}
    if finding in _SURPRISING:
        # Counted by these words: see UploadsWithoutAccount in the template.
        runtime.logger().warning("an upload for no account", **log)
    else:
        runtime.logger().info("an upload was looked at", **log)
    return finding


def _make_job(account: Account, upload: Upload, stored: StoredObject) -> Finding:
    settings = settings_for(upload, account.id, stored, Objects())
    origin = Origin(receipt=receipt_of(account, upload), warnings=tuple(settings.warnings))
    try:
        request, origin = _requested(account, upload, settings, origin)
        create_job(account, request, origin)
    except InputError as error:
        return _refuse(account, upload, settings, origin, error)
    except (InvalidRequest, BodyTooLarge) as refusal:
        return _refuse(account, upload, settings, origin, settings.failure(refusal))
    return "created"


def _requested(account: Account, upload: Upload, settings: DropSettings, origin: Origin) -> tuple[JobRequest, Origin]:
    """The request, and its origin with what of it has no effect. Raises InputError and InvalidRequest."""
    # Hundreds of settings as models: only what becomes a job pays for them.
    from stepcoder.request.model import JobRequest
    from stepcoder.request.warnings import warnings

    url = _url(account, upload)
    if settings.problems:
        raise settings.failure()
    request, ignored = JobRequest.read({**settings.members, "input": url})
    return request, Origin(receipt=origin.receipt, warnings=(*origin.warnings, *warnings(request, ignored)))


def _url(account: Account, upload: Upload) -> str:
    """The file's URL, if it has one that leads to it. Raises InputError."""
    from stepcoder.request.kinds import has_control_characters
    from stepcoder.request.places import place_of

    url = Place("s3", upload.bucket, upload.key).url
    place = place_of(url.strip())
    leads_there = place is not None and place.path == upload.key
    if not leads_there or has_control_characters(upload.key) or not may_read(account.id, upload.key):
        raise InputError(
            "InvalidFilePathError",
            "The name of this upload can't be used: it must not end with a space, nor have control characters, %3F or"
            " %23 in it, nor . or .. as a part of its path. Upload the file under another name.",
        )
    return url


def _refuse_unseen(account: Account, upload: Upload, code: str) -> Finding:
    """For a file that S3 doesn't let us look at, as one encrypted with a key that only its sender has."""
    settings = settings_for(upload, account.id, StoredObject(0, upload.etag, {}), Objects())
    place = Place("s3", upload.bucket, upload.key)
    error = InputError("DownloadAccessDeniedError", f"{place.url} can't be looked at: S3 answered {code}.")
    return _refuse(account, upload, settings, Origin(receipt=receipt_of(account, upload)), error)


def _refuse(account: Account, upload: Upload, settings: DropSettings, origin: Origin, error: InputError) -> Finding:
    from urllib.parse import quote

    from stepcoder.request.kinds import has_control_characters

    # A name that no URL can have must still be shown.
    key = quote(upload.key) if has_control_characters(upload.key) else upload.key
    url = Place("s3", upload.bucket, key).url
    try:
        made = create_refused_job(account, usable(settings.members, url), error, origin)
    except BodyTooLarge:
        made = create_refused_job(account, usable({}, url), error, origin)
    return "repeated" if made is None else "refused"
