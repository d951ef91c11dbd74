"""Reading a source once from end to end, to copy it into the work bucket or to check it: never all of it in memory."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from stepcoder.errors import Cancelled, InputError
from stepcoder.sources import failures
from stepcoder.sources.protocol import UNKNOWN_SIZE, RangedSource

_REPORT_EVERY = 8 * 1024 * 1024
# A slow source is reported on as well: the answer is also how a worker hears that nobody wants the source any more.
_REPORT_SECONDS = 2.0


class WritesObjects(Protocol):
    """The part of aws.objects.Objects that staging needs."""

    def upload_stream(self, bucket: str, key: str, body: Iterator[bytes]) -> int: ...


def stage(
    source: RangedSource,
    objects: WritesObjects,
    bucket: str,
    key: str,
    on_progress: Callable[[int], bool] | None = None,
    *,
    expected_md5: str | None = None,
) -> int:
    """Copy the source to `bucket`/`key`; returns its size in bytes. On any failure no object is left behind.

    `on_progress(bytes so far)` is asked every 8 MiB and every 2 seconds; False raises Cancelled. `expected_md5` is 32
    hex digits, in any case. Raises InputError (empty, truncated, wrong checksum, or what the source raises), TryAgain.
    """
    return objects.upload_stream(bucket, key, _checked(source, on_progress, expected_md5))


def verify_checksum(source: RangedSource, expected_md5: str, on_progress: Callable[[int], bool] | None = None) -> None:
    """Read a source that stays where it is, and compare; arguments and errors as for stage."""
    for _ in _checked(source, on_progress, expected_md5):
        continue


def _checked(
    source: RangedSource, on_progress: Callable[[int], bool] | None, expected_md5: str | None
) -> Iterator[bytes]:
    """The source's bytes. The checks are inside the stream: failing there makes the upload abort."""
    digest = hashlib.md5(usedforsecurity=False) if expected_md5 else None
    size = reported = 0
    reported_at = time.monotonic()
    for piece in source.stream():
        if digest:
            digest.update(piece)
        yield piece
        size += len(piece)
        due = size - reported >= _REPORT_EVERY or time.monotonic() - reported_at >= _REPORT_SECONDS
        if on_progress and due:
            reported, reported_at = size, time.monotonic()
            if not on_progress(size):
                raise Cancelled
    if size == 0:
        raise InputError("NoMediaError", "The file is empty: it has no audio or video.")
    if source.size not in (UNKNOWN_SIZE, size):
        raise failures.truncated(source.url, source.size, size)
    if digest and expected_md5 and digest.hexdigest() != expected_md5.strip().lower():
        raise InputError(
            "ChecksumMismatchError",
            f"The MD5 checksum of {source.url} is {digest.hexdigest()}, not {expected_md5.strip().lower()}.",
        )
    if on_progress and not on_progress(size):
        raise Cancelled
