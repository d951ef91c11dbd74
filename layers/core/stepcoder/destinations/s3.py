"""Delivery to S3. Multipart, its memory and its clean-up are aws/objects.py."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

from stepcoder import s3
from stepcoder.aws.faults import error_code
from stepcoder.destinations import failures
from stepcoder.destinations.protocol import Delivered, OnBytes
from stepcoder.errors import Cancelled, OutputError, TryAgain
from stepcoder.net.tries import Pause, Tries

_READ_SIZE = 1024 * 1024


class WritesObjects(Protocol):
    """The part of aws.objects.Objects that destinations need."""

    def upload_stream(
        self,
        bucket: str,
        key: str,
        body: Iterator[bytes],
        content_type: str | None = None,
        on_bytes: Callable[[int], None] | None = None,
    ) -> int: ...

    def delete(self, bucket: str, key: str) -> None: ...


class S3Destination:
    """The directory that the key of an `s3://bucket/directory/file` URL lies in."""

    def __init__(
        self, url: str, objects: WritesObjects, *, by_customer: bool = False, pause: Pause = time.sleep
    ) -> None:
        """`by_customer`: `objects` signs with the customer's credentials, not with the service's role."""
        try:
            place = s3.parse(url)
        except ValueError as error:
            raise OutputError("InvalidFilePathError", str(error)) from None
        self._bucket = place.bucket
        self._directory = place.key[: place.key.rfind("/") + 1]
        self._objects, self._by_customer = objects, by_customer
        self._pause = pause
        self._begun: dict[str, None] = {}

    def put_file(
        self, name: str, path: Path | str, content_type: str | None = None, on_bytes: OnBytes | None = None
    ) -> Delivered:
        return self.put_stream(name, lambda: _pieces(Path(path)), content_type, on_bytes)

    def put_stream(
        self,
        name: str,
        body: Iterator[bytes] | Callable[[], Iterator[bytes]],
        content_type: str | None = None,
        on_bytes: OnBytes | None = None,
    ) -> Delivered:
        place = self._place(name)
        # Noted before the first try: an upload whose answer got lost may have succeeded all the same.
        self._begun[place.key] = None
        begin, tries = (body, Tries(self._pause)) if callable(body) else (lambda: body, Tries(self._pause, 1))
        count = _Count(on_bytes)
        while True:
            count.restart()
            try:
                return Delivered(
                    place.url, self._objects.upload_stream(*place, begin(), content_type, on_bytes=count.add)
                )
            except TryAgain as error:
                if not tries.again():
                    raise failures.used_up(error, place.url) from error
            except Exception as error:
                code = error_code(error)
                if code:
                    raise failures.from_s3(code, place.url, by_customer=self._by_customer) from error
                raise

    def delete_all(self) -> None:
        """Tries every key before it raises for the first that could not be deleted."""
        first: Exception | None = None
        for key in list(self._begun):
            try:
                self._objects.delete(self._bucket, key)
                del self._begun[key]
            except Exception as error:
                first = first or error
        if first is None:
            return
        code, url = error_code(first), s3.S3Place(self._bucket, self._directory).url
        raise (failures.from_s3(code, url, by_customer=self._by_customer) if code else first) from first

    def _place(self, name: str) -> s3.S3Place:
        segments = name.split("/")
        if not all(segments) or {".", ".."} & set(segments) or any(ord(letter) < 32 for letter in name):
            raise OutputError("InvalidFilePathError", f"{name!r} is not usable as the name of an output file.")
        return s3.S3Place(self._bucket, self._directory + name)


class _Count:
    """Turns "n more bytes" of one try into "n bytes so far" that never goes back over several tries."""

    def __init__(self, on_bytes: OnBytes | None) -> None:
        self._on_bytes = on_bytes
        self._stored = self._reported = 0

    def restart(self) -> None:
        self._stored = 0

    def add(self, count: int) -> None:
        self._stored += count
        self._reported = max(self._reported, self._stored)
        if self._on_bytes and not self._on_bytes(self._reported):
            raise Cancelled


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_READ_SIZE):
            yield piece
