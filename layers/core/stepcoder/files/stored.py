"""An object of our own as a seekable file, for readers that want one (PyAV). Customers' storage is sources/."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from stepcoder.aws.objects import Objects

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_BLOCK = 1024 * 1024


def opened(bucket: str, key: str) -> tuple[io.BufferedReader, int] | None:
    """The object and its size in bytes; None if there is none. Raises TryAgain, also while it is read."""
    objects = Objects()
    found = objects.head(bucket, key)
    if found is None:
        return None
    return io.BufferedReader(_Stored(objects, bucket, key, found[0]), _BLOCK), found[0]


class _Stored(io.RawIOBase):
    def __init__(self, objects: Objects, bucket: str, key: str, size: int) -> None:
        super().__init__()
        self._objects, self._bucket, self._key, self._size = objects, bucket, key, size
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._at = max(0, {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence] + offset)
        return self._at

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        target = memoryview(buffer).cast("B")
        length = max(0, min(len(target), self._size - self._at))
        filled = 0
        for piece in self._objects.stream(self._bucket, self._key, self._at, length) if length else ():
            target[filled : filled + len(piece)] = piece
            filled += len(piece)
        self._at += filled
        return filled
