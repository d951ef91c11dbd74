"""Whose login opens a file in S3 for a step: the one in its URL, saved credentials, or else the service's own role.

The most specific wins (zencoder-api 5.1). The service's own buckets are opened with its role unless a job names
credentials for them: an account's default is for the account's own storage.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from stepcoder import runtime, s3
from stepcoder.aws.objects import Objects
from stepcoder.credentials.resolving import resolve
from stepcoder.errors import EncodingError, OutputError
from stepcoder.plan.model import ThumbnailSet
from stepcoder.records.model import Output
from stepcoder.storage import Secret


class Storage(NamedTuple):
    """S3 as a certain login sees it; `by_customer`: it is not the service's own."""

    objects: Objects
    by_customer: bool


def storage_for(url: str, account_id: int | None, nickname: str | None, own: Objects) -> Storage:
    """How to reach the place of an `s3://` URL. `own` is S3 as the service's role sees it.

    `account_id` None stands for the service itself. Raises EncodingError where the named credentials are gone, and
    TryAgain.
    """
    secret = _login(url)
    if secret is None and account_id is not None and (nickname is not None or not _is_ours(url)):
        secret = resolve(account_id, nickname, "s3")
    if secret is None:
        return Storage(own, by_customer=False)
    return Storage(Objects(runtime.s3_signing_with(secret.user, secret.secret)), by_customer=True)


class Logins:
    """The logins that an account's files are delivered with, each looked up once. Safe to use from several threads."""

    def __init__(self, account_id: int, own: Objects) -> None:
        self._account_id, self._own = account_id, own
        self._known: dict[tuple[str, str | None], Storage] = {}

    def storage(self, url: str, nickname: str | None) -> Storage:
        """Like storage_for, but raises OutputError."""
        name = (url.partition("://")[2].partition("/")[0], nickname)
        try:
            # Two threads may both look it up; they find the same.
            if name not in self._known:
                self._known[name] = storage_for(url, self._account_id, nickname, self._own)
        except EncodingError as error:
            raise OutputError(error.error_class, error.message) from None
        return self._known[name]


def nickname_for(url: str, output: Output, stills: Sequence[ThumbnailSet]) -> str | None:
    """The credentials named for one of an output's files: a still's are those of its set, never the output's."""
    for each in stills:
        if re.fullmatch(re.escape(f"{each.base_url}{each.prefix}_") + rf"[0-9]{{4,}}\.{each.format}", url):
            return each.credentials
    return output.credentials


def _login(url: str) -> Secret | None:
    try:
        return s3.login(url)
    except ValueError as error:
        raise EncodingError("InvalidFilePathError", str(error)) from None


def _is_ours(url: str) -> bool:
    settings = runtime.settings()
    bucket = s3.without_login(url).partition("://")[2].partition("/")[0]
    return bucket in (settings.work_bucket, settings.output_bucket, settings.upload_bucket)
