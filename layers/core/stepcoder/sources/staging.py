"""Reading a source once from end to end, to copy it into the work bucket or to check it: never all of it in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Protocol

from stepcoder.errors import Cancelled, InputError
from stepcoder.sources import failures
from stepcoder.sources.protocol import UNKNOWN_SIZE, RangedSource
from stepcoder.sources.watching import watched

OnProgress = Callable[[int], bool]


class WritesObjects(Protocol):
    """The part of aws.objects.Objects that staging needs."""

    def upload_stream(self, bucket: str, key: str, body: Iterator[bytes]) -> int: ...


def stage(
    source: RangedSource, objects: WritesObjects, bucket: str, key: str, on_progress: OnProgress | None = None
) -> int:
    """Copy the source to `bucket`/`key` over one connection; returns its size in bytes. On any failure no object is
    left behind.

    `on_progress(bytes so far)` is asked every second, also while the source sends nothing; False raises Cancelled, and
    what it raises ends the copy. Raises InputError (empty, truncated, or what the source raises), TryAgain.
    """
    return objects.upload_stream(bucket, key, _whole(source, on_progress))


def verify_checksum(
    source: RangedSource,
    expected_md5: str,
    on_progress: OnProgress | None = None,
    *,
    name: str | None = None,
    as_sent: Callable[[Iterator[bytes]], Iterator[bytes]] = iter,
) -> None:
    """Read a whole source and compare; `on_progress` and errors as for stage, and ChecksumMismatchError.

    `expected_md5` is 32 hex digits, in any case. For a copy, `name` is the URL of what it is a copy of, and `as_sent`
    turns its bytes into those that were sent.
    """
    digest, expected = hashlib.md5(usedforsecurity=False), expected_md5.strip().lower()
    for piece in as_sent(_whole(source, on_progress)):
        digest.update(piece)
    if digest.hexdigest() != expected:
        raise InputError(
            "ChecksumMismatchError",
            f"The MD5 checksum of {name or source.url} is {digest.hexdigest()}, not {expected}.",
        )


def _whole(source: RangedSource, on_progress: OnProgress | None) -> Iterator[bytes]:
    """The source's bytes. The checks are inside the stream: failing there makes an upload abort."""
    size = 0

    def watch() -> None:
        if on_progress and not on_progress(size):
            raise Cancelled

    for piece in watched(source.stream(), watch):
        yield piece
        size += len(piece)
    if size == 0:
        raise InputError("NoMediaError", "The file is empty: it has no audio or video.")
    if source.size not in (UNKNOWN_SIZE, size):
        raise failures.truncated(source.url, source.size, size)
    watch()
