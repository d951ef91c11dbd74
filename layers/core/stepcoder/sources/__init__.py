"""Where a job's input comes from: one file per scheme behind one small protocol. Probing and decoding are elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from stepcoder.errors import InputError
from stepcoder.net import Client, redact
from stepcoder.s3 import parse
from stepcoder.sources.http import HttpSource
from stepcoder.sources.protocol import UNKNOWN_SIZE, RangedSource
from stepcoder.sources.s3 import ReadsObjects, S3Source
from stepcoder.sources.sniff import refuse_non_media, sniff

__all__ = ["UNKNOWN_SIZE", "RangedSource", "open_source", "refuse_non_media", "sniff"]


def open_source(
    url: str,
    *,
    objects: ReadsObjects,
    client: Client,
    headers: Mapping[str, str] | None = None,
    pinned: str | None = None,
    closed_buckets: Collection[str] = (),
    by_customer: bool = False,
) -> RangedSource:
    """Open an input by its URL. Nothing of the file is judged yet: call `refuse_non_media` next.

    `pinned` is the `etag` of an earlier opening; a changed file is refused. `closed_buckets` are S3 buckets that a
    customer may not name (the service's own). `by_customer`: `objects` signs with the customer's credentials. Raises
    InputError, TryAgain.
    """
    scheme = url.strip().partition("://")[0].lower()
    if scheme in ("http", "https"):
        return HttpSource(url, client, headers=headers, pinned=pinned)
    if scheme == "s3" or scheme.startswith("s3+"):
        _refuse_closed(url, closed_buckets)
        return S3Source(url, objects, pinned=pinned, by_customer=by_customer)
    raise InputError(
        "InvalidFilePathError", f"Inputs can be read from http, https and s3 URLs, but not from {redact(url)!r}."
    )


def _refuse_closed(url: str, closed_buckets: Collection[str]) -> None:
    try:
        bucket = parse(url).bucket
    except ValueError as error:
        raise InputError("InvalidFilePathError", str(error)) from None
    if bucket in closed_buckets:
        raise InputError("DownloadAccessDeniedError", f"Access to {redact(url)} was denied.")
