"""One upload to S3 of a stream of unknown length: parts, their sizes, cleaning up. Only objects.py uses it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from stepcoder import runtime

_MIB = 1024 * 1024
FIRST_PART = 8 * _MIB
_PARTS_PER_SIZE = 1000
_IN_FLIGHT_BYTES = 64 * _MIB
_IN_FLIGHT_PARTS = 4


def part_size(number: int) -> int:
    """Bytes of part `number` (from 1). It doubles every 1000 parts, so that S3's 10,000 parts hold over 5 TiB while
    a stream of 50 GB never needs more than 64 MiB per part."""
    return FIRST_PART << ((number - 1) // _PARTS_PER_SIZE)


class MultipartUpload:
    """Uploads a stream once. Memory: the part being filled, and in flight at most 4 parts or 64 MiB (but one part)."""

    def __init__(
        self, client: Any, place: dict[str, str], options: Mapping[str, Any], on_bytes: Callable[[int], None] | None
    ) -> None:
        self._client = client
        self._place = place
        self._options = options
        self._on_bytes = on_bytes or (lambda count: None)
        self._size = 0
        self._parts: list[dict[str, Any]] = []
        self._pending: deque[tuple[int, Future[str]]] = deque()

    def run(self, body: Iterator[bytes]) -> int:
        """Upload everything; returns the size in bytes. Raises what `body`, `on_bytes` or S3 raise, after aborting."""
        pieces = sized_parts(body)
        first = next(pieces, b"")
        if len(first) < FIRST_PART:
            self._client.put_object(**self._place, Body=first, **self._options)
            self._stored(len(first))
            return self._size
        upload_id = self._client.create_multipart_upload(**self._place, **self._options)["UploadId"]
        target = {**self._place, "UploadId": upload_id}
        try:
            self._upload_parts(target, first, pieces)
            self._client.complete_multipart_upload(**target, MultipartUpload={"Parts": self._parts})
        except BaseException:
            self._abort(target)
            raise
        return self._size

    def _upload_parts(self, target: dict[str, str], first: bytes, rest: Iterator[bytes]) -> None:
        with ThreadPoolExecutor(_IN_FLIGHT_PARTS) as threads:
            try:
                self._send(threads, target, first)
                for part in rest:
                    self._send(threads, target, part)
                while self._pending:
                    self._await_one()
            except BaseException:
                # Leaving the `with` waits for what already runs; what has not begun must not begin.
                threads.shutdown(wait=False, cancel_futures=True)
                raise

    def _send(self, threads: ThreadPoolExecutor, target: dict[str, str], part: bytes) -> None:
        number = len(self._parts) + len(self._pending) + 1
        limit = max(1, min(_IN_FLIGHT_PARTS, _IN_FLIGHT_BYTES // len(part)))
        while len(self._pending) >= limit:
            self._await_one()
        self._pending.append((len(part), threads.submit(self._upload, target, number, part)))

    def _upload(self, target: dict[str, str], number: int, part: bytes) -> str:
        return str(self._client.upload_part(**target, PartNumber=number, Body=part)["ETag"])

    def _await_one(self) -> None:
        size, upload = self._pending.popleft()
        self._parts.append({"ETag": upload.result(), "PartNumber": len(self._parts) + 1})
        self._stored(size)

    def _stored(self, size: int) -> None:
        self._size += size
        self._on_bytes(size)

    def _abort(self, target: dict[str, str]) -> None:
        try:
            self._client.abort_multipart_upload(**target)
        except Exception:
            # The bucket's lifecycle rule removes what is left; the first failure is the one worth reporting.
            runtime.logger().warning("A multipart upload could not be aborted", exc_info=True)


def sized_parts(body: Iterator[bytes]) -> Iterator[bytes]:
    """Cut a stream of arbitrary pieces into parts of exactly part_size(1), part_size(2), …; the last may be smaller."""
    number, held, pieces = 1, 0, list[bytes]()
    for piece in body:
        pieces.append(piece)
        held += len(piece)
        while held >= part_size(number):
            joined = b"".join(pieces)
            yield joined[: part_size(number)]
            pieces = [joined[part_size(number) :]]
            held = len(pieces[0])
            number += 1
    if held:
        yield b"".join(pieces)
