from __future__ import annotations

import hashlib
import threading
import time
import tracemalloc
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from stepcoder.aws.objects import Objects
from stepcoder.errors import Cancelled, InputError
from stepcoder.sources.staging import stage, verify_checksum
from tests.core.sources.fakes import FakeObjects, FakeSource, Made

FILM = b"\x00\x01" * 500_000


def test_copies_a_source() -> None:
    objects, seen = FakeObjects("work"), list[int]()

    def on_progress(done: int) -> bool:
        seen.append(done)
        return True

    source = FakeSource(FILM * 20, ranges=False)
    assert stage(source, objects, "work", "source", on_progress) == len(FILM) * 20
    assert objects.buckets["work"]["source"] == FILM * 20
    assert seen == sorted(seen)
    assert seen[-1] == len(FILM) * 20


def test_checks_the_md5() -> None:
    right = hashlib.md5(FILM).hexdigest()  # noqa: S324
    verify_checksum(FakeSource(FILM), f" {right.upper()}")
    with pytest.raises(InputError, match="The MD5 checksum of ftp://media") as caught:
        verify_checksum(FakeSource(FILM), "0" * 32, name="ftp://media.example/film")
    assert caught.value.error_class == "ChecksumMismatchError"


def test_the_md5_of_a_copy_is_that_of_what_was_sent() -> None:
    sent = hashlib.md5(b"HEAD" + FILM).hexdigest()  # noqa: S324
    verify_checksum(FakeSource(FILM), sent, as_sent=lambda pieces: chain([b"HEAD"], pieces))


@pytest.mark.parametrize(
    ("source", "error_class"),
    [
        (FakeSource(b"", ranges=False), "NoMediaError"),
        (FakeSource(FILM, ranges=False, size=len(FILM) + 1), "TruncatedFileError"),
    ],
)
def test_a_bad_source_leaves_nothing_behind(source: FakeSource, error_class: str) -> None:
    objects = FakeObjects("work")
    with pytest.raises(InputError) as caught:
        stage(source, objects, "work", "source")
    assert caught.value.error_class == error_class
    assert objects.buckets["work"] == {}


def test_a_cancelled_copy_leaves_nothing_behind() -> None:
    objects = FakeObjects("work")
    with pytest.raises(Cancelled):
        stage(FakeSource(FILM), objects, "work", "source", lambda done: False)
    assert objects.buckets["work"] == {}


class PartsCounted:
    """An S3 client that forgets every part."""

    def __init__(self) -> None:
        self.received = 0
        self.aborted = False

    def create_multipart_upload(self, **_: Any) -> dict[str, str]:
        return {"UploadId": "1"}

    def upload_part(self, Body: bytes, **_: Any) -> dict[str, str]:
        self.received += len(Body)
        return {"ETag": "x"}

    def complete_multipart_upload(self, **_: Any) -> None:
        pass

    def abort_multipart_upload(self, **_: Any) -> None:
        self.aborted = True


def test_memory_is_bounded() -> None:
    size, s3 = 200 * 1024 * 1024, PartsCounted()
    tracemalloc.start()
    try:
        assert stage(Made(size), Objects(s3), "work", "source") == size  # type: ignore[arg-type]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert s3.received == size
    # One 8 MiB part being filled and joined, four in flight.
    assert peak < 80 * 1024 * 1024, peak


def test_a_source_that_fails_halfway_aborts_the_upload() -> None:
    s3, source = PartsCounted(), FakeSource(b"\x00" * 40_000_000, ranges=False, size=50_000_000)
    with pytest.raises(InputError):
        stage(source, Objects(s3), "work", "source")  # type: ignore[arg-type]
    assert s3.aborted


class Stuck(FakeSource):
    """Sends one byte, and then nothing until it is let go."""

    def __init__(self) -> None:
        super().__init__(b"", ranges=False, size=100)
        self.go = threading.Event()

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        yield b"x"
        self.go.wait(30)


def test_a_silent_source_is_given_up_within_seconds_of_being_unwanted() -> None:
    """Long before it would time out."""
    source, begun = Stuck(), time.monotonic()
    try:
        with pytest.raises(Cancelled):
            stage(source, FakeObjects("work"), "work", "source", lambda done: False)
        assert time.monotonic() - begun < 4
    finally:
        source.go.set()
