"""Reading delivered files back, one after another as one: an init segment with its first segment, or a whole file."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence

from stepcoder.aws.objects import Objects
from stepcoder.errors import OutputError
from stepcoder.s3 import S3Place

_BLOCK = 1024 * 1024


class DeliveredFiles(io.RawIOBase):
    """A seekable file over S3 objects laid end to end. Raises OutputError where one is missing."""

    def __init__(self, objects: Objects, places: Sequence[S3Place]) -> None:
        self._objects, self._places = objects, places
        self._sizes = [self._size_of(place) for place in places]
        self._at = 0
        self._block: tuple[int, bytes] = (0, b"")

    @property
    def size(self) -> int:
        """Bytes of all objects."""
        return sum(self._sizes)

    def _size_of(self, place: S3Place) -> int:
        found = self._objects.head(place.bucket, place.key)
        if found is None:
            raise OutputError("UploadFailureError", f"The delivered file {place.url} is gone from its destination.")
        return found[0]

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        start, block = self._block
        if not start <= self._at < start + len(block):
            self._block = start, block = self._at, self._fetch(self._at)
        piece = block[self._at - start : self._at - start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _fetch(self, at: int) -> bytes:
        for place, size in zip(self._places, self._sizes, strict=True):
            if at < size:
                return b"".join(self._objects.stream(place.bucket, place.key, at, min(_BLOCK, size - at)))
            at -= size
        return b""
