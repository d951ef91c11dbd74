"""How an `s3://` URL names a bucket, a key and perhaps a login (zencoder-api 5.1). Pure; S3 itself: aws/objects.py."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import unquote

from stepcoder.storage import Secret, is_access_key

_LOGIN = re.compile(r"(s3(?:\+[a-z0-9-]+)?://)([^/?#]*)@", re.IGNORECASE)
_URL = re.compile(r"s3(?:\+[a-z0-9-]+)?://([^/?#@]+)/(.+)", re.IGNORECASE | re.DOTALL)
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]\Z")
_MAX_KEY_BYTES = 1024


class S3Place(NamedTuple):
    """A bucket and the key in it."""

    bucket: str
    key: str

    @property
    def url(self) -> str:
        """The `s3://` URL of this place; `parse` reads it back."""
        return f"s3://{self.bucket}/{self.key.replace('?', '%3F').replace('#', '%23')}"


def parse(url: str) -> S3Place:
    """Read `s3://bucket/key` or `s3+region://bucket/key`. The region is not needed: S3 redirects to the right one.

    A login is passed over: see `login`. Only `?` and `#` are encoded in keys, everything else is meant as written.
    Raises ValueError with a sentence.
    """
    found = _URL.fullmatch(without_login(url.strip()))
    if not found:
        raise ValueError("An S3 URL has the form s3://bucket/key.")
    bucket, raw_key = found.groups()
    if not _BUCKET.match(bucket):
        raise ValueError(f"{bucket!r} is not the name of an S3 bucket.")
    key = re.sub("%3f", "?", raw_key, flags=re.IGNORECASE).replace("%23", "#")
    if len(key.encode()) > _MAX_KEY_BYTES:
        raise ValueError("An S3 key has at most 1024 bytes.")
    return S3Place(bucket, key)


def login(url: str) -> Secret | None:
    """The access key and secret key of `s3://key:secret@bucket/…`, each percent-encoded. Raises ValueError."""
    found = _LOGIN.match(url.strip())
    if not found:
        return None
    user, colon, secret = found[2].partition(":")
    if not colon or not secret or not is_access_key(unquote(user)):
        raise ValueError("A login in an S3 URL has the form s3://key:secret@bucket/file, with / written as %2F.")
    return Secret(unquote(user), unquote(secret))


def without_login(url: str) -> str:
    """The same place, as it may be shown and compared."""
    return _LOGIN.sub(r"\1", url.strip(), count=1)


def with_login_of(url: str, other: str) -> str:
    """`url` with the login that `other` carries, if it carries one."""
    found = _LOGIN.match(other.strip())
    return url.replace("://", f"://{found[2]}@", 1) if found else url
