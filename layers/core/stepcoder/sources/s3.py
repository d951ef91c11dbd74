"""Inputs in S3, and in Google Cloud Storage, which speaks the same language. Calls and retries are aws/objects.py."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from stepcoder.aws.faults import error_code
from stepcoder.errors import InputError
from stepcoder.sources import failures
from stepcoder.storage import Place


class ReadsObjects(Protocol):
    """The part of aws.objects.Objects that sources need."""

    def head(self, bucket: str, key: str) -> tuple[int, str] | None: ...
    def stream(self, bucket: str, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]: ...


class S3Source:
    """An object in a bucket. Opening it asks for size and ETag; raises InputError or TryAgain."""

    content_type: str | None = None  # S3 stores what the uploader claimed, mostly nothing useful
    supports_ranges = True
    costly_ranges = False

    def __init__(
        self, place: Place, objects: ReadsObjects, *, pinned: str | None = None, by_customer: bool = False
    ) -> None:
        """`by_customer`: `objects` signs with the customer's credentials, not with the service's role."""
        self.url = place.url
        self._objects, self._by_customer, self._family = objects, by_customer, place.family
        self._place = (place.home, place.path)
        with self._named_failures():
            found = self._head() or self._why_missing()
        self.size: int = found[0]
        self.etag: str | None = found[1]
        if pinned is not None and pinned != self.etag:
            raise failures.changed(self.url)

    def read_range(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset)
        return b"".join(self.stream(offset, length)) if length > 0 else b""

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        expected = self.size - offset if length is None else min(length, self.size - offset)
        if expected <= 0:
            return
        received = 0
        with self._named_failures():
            # The length is always given: an object that grew meanwhile must not bring more than was announced.
            for piece in self._objects.stream(*self._place, start=offset, length=expected):
                received += len(piece)
                yield piece
        if received != expected:
            raise failures.truncated(self.url, expected, received)

    def _head(self) -> tuple[int, str] | None:
        try:
            return self._objects.head(*self._place)
        except Exception as error:
            # The answer to a HEAD has no body, so it can't say why; that of a GET does.
            if error_code(error) in ("403", "Forbidden", "400"):
                self._look()
            raise

    def _look(self) -> None:
        for _ in self._objects.stream(*self._place, start=0, length=1):
            break

    def _why_missing(self) -> tuple[int, str]:
        """A HEAD request can't tell a missing bucket from a missing key, since it has no body; a GET can."""
        self._look()
        raise self._failure("NoSuchKey")

    @contextmanager
    def _named_failures(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            code = error_code(error)
            if code in ("PreconditionFailed", "412", "InvalidRange", "416"):
                raise failures.changed(self.url) from error
            if code:
                raise self._failure(code) from error
            raise

    def _failure(self, code: str) -> InputError:
        if self._family == "gcs":
            return failures.from_gcs(code, self.url)
        return failures.from_s3(code, self.url, by_customer=self._by_customer)
