"""Reading delivered files back, one after another as one: an init segment with its first segment, or a whole file."""

from __future__ import annotations

import io
import os
from collections.abc import Sequence
from typing import NamedTuple

from stepcoder.aws.faults import error_code
from stepcoder.aws.objects import Objects
from stepcoder.errors import OutputError
from stepcoder.s3 import S3Place

_BLOCK = 1024 * 1024
_DENIED = ("403", "AccessDenied", "Forbidden")


class Stretch(NamedTuple):
    """`length` bytes from `offset` of a delivered file."""

    place: S3Place
    offset: int
    length: int


class DeliveredFiles(io.RawIOBase):
    """A seekable file over stretches of S3 objects laid end to end. Raises OutputError where one is missing."""

    def __init__(self, objects: Objects, stretches: Sequence[Stretch]) -> None:
        self._objects, self._stretches = objects, stretches
        self.size = sum(stretch.length for stretch in stretches)
        self._at = 0
        self._block: tuple[int, bytes] = (0, b"")
        for stretch in stretches:
            self._check(stretch)

    def _check(self, stretch: Stretch) -> None:
        url = stretch.place.url
        try:
            found = self._objects.head(stretch.place.bucket, stretch.place.key)
        except Exception as error:
            if error_code(error) not in _DENIED:
                raise
            sentence = f"{url} could not be read back to check it. Who may write it must also read it (s3:GetObject)."
            raise OutputError("UploadAccessDeniedError", sentence) from error
        if found is None or found[0] < stretch.offset + stretch.length:
            raise OutputError("UploadFailureError", f"The delivered file {url} is gone from its destination, or cut.")

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
        for place, offset, length in self._stretches:
            if at < length:
                wanted = min(_BLOCK, length - at)
                return b"".join(self._objects.stream(place.bucket, place.key, offset + at, wanted))
            at -= length
        return b""
