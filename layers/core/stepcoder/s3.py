"""How an `s3://` URL names a bucket and a key (zencoder-api 5.1). Pure; calls to S3 live in aws/objects.py."""

from __future__ import annotations

import re
from typing import NamedTuple

_URL = re.compile(r"s3(?:\+[a-z0-9-]+)?://([^/?#]+)/(.+)", re.IGNORECASE | re.DOTALL)
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

    Only `?` and `#` are encoded in keys, everything else is meant as written. Raises ValueError with a sentence.
    """
    found = _URL.fullmatch(url.strip())
    if not found:
        raise ValueError("An S3 URL has the form s3://bucket/key.")
    bucket, raw_key = found.groups()
    if not _BUCKET.match(bucket):
        raise ValueError(f"{bucket!r} is not the name of an S3 bucket.")
    key = re.sub("%3f", "?", raw_key, flags=re.IGNORECASE).replace("%23", "#")
    if len(key.encode()) > _MAX_KEY_BYTES:
        raise ValueError("An S3 key has at most 1024 bytes.")
    return S3Place(bucket, key)
