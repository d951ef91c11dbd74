"""Stand-ins for S3 and for sources, without network."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from stepcoder.sources.protocol import UNKNOWN_SIZE


class S3Says(Exception):
    """Looks like botocore's ClientError."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.response = {"Error": {"Code": code}}


class FakeObjects:
    """Buckets in memory, with the methods of aws.objects.Objects that sources and destinations use."""

    def __init__(self, *buckets: str) -> None:
        self.buckets: dict[str, dict[str, bytes]] = {bucket: {} for bucket in buckets}
        self.reads: list[tuple[int, int | None]] = []
        self.etag = "one"
        self.options: dict[str, dict[str, Any]] = {}
        self.failures: list[Exception] = []

    def head(self, bucket: str, key: str) -> tuple[int, str] | None:
        self._fail()
        body = self.buckets.get(bucket, {}).get(key)
        return None if body is None else (len(body), self.etag)

    def stream(self, bucket: str, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        self._fail()
        self.reads.append((start, length))
        if bucket not in self.buckets:
            raise S3Says("NoSuchBucket")
        if key not in self.buckets[bucket]:
            raise S3Says("NoSuchKey")
        wanted = self.buckets[bucket][key][start : None if length is None else start + length]
        for position in range(0, len(wanted), 1000):
            yield wanted[position : position + 1000]

    def upload_stream(
        self,
        bucket: str,
        key: str,
        body: Iterator[bytes],
        content_type: str | None = None,
        on_bytes: Callable[[int], None] | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> int:
        stored = bytearray()
        for piece in body:
            stored += piece
            if on_bytes:
                on_bytes(len(piece))
        self._fail()
        if bucket not in self.buckets:
            raise S3Says("NoSuchBucket")
        self.buckets[bucket][key] = bytes(stored)
        self.options[key] = {**(options or {}), "ContentType": content_type}
        return len(stored)

    def delete(self, bucket: str, key: str) -> None:
        self._fail()
        self.buckets[bucket].pop(key, None)

    def _fail(self) -> None:
        if self.failures:
            raise self.failures.pop(0)


class FakeSource:
    """A source in memory; `failure` is raised by every read once set."""

    url = "http://media.example/film"
    etag: str | None = '"one"'
    content_type: str | None = "video/mp4"
    costly_ranges = False

    def __init__(self, data: bytes, *, ranges: bool = True, size: int | None = None) -> None:
        self.data = data
        self.supports_ranges = ranges
        self.size = len(data) if size is None else size
        self.reads: list[tuple[int, int]] = []
        self.failure: Exception | None = None

    def read_range(self, offset: int, length: int) -> bytes:
        self.reads.append((offset, length))
        if self.failure:
            raise self.failure
        return self.data[offset : offset + length]

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        end = len(self.data) if length is None else offset + length
        for position in range(offset, end, 1 << 18):
            if self.failure:
                raise self.failure
            yield self.data[position : min(position + (1 << 18), end)]


class Made:
    """A generated stream of `size` bytes that is never in memory as a whole."""

    url = "http://media.example/film"
    etag: str | None = None
    content_type: str | None = "video/mp4"
    supports_ranges = costly_ranges = False
    size = UNKNOWN_SIZE

    def __init__(self, size: int) -> None:
        self._left = size

    def read_range(self, offset: int, length: int) -> bytes:
        return b"\x00" * length

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        for position in range(0, self._left, 1 << 20):
            yield bytes([position >> 20 & 255]) * min(1 << 20, self._left - position)
