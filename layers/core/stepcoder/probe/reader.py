"""The only way libav gets at bytes: a file that counts, has a limit, and never gives more than it was asked for."""

from __future__ import annotations

import os
import time
from typing import Protocol

from stepcoder.errors import InputError
from stepcoder.probe.limits import MAX_BYTES_READ, MAX_SECONDS


class SeekableFile(Protocol):
    """What a probe needs of a file; any binary file will do, opened by whoever knows where it lies."""

    def read(self, size: int = -1, /) -> bytes | None: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...


class MeteredFile:
    """Reads `file`, `size` bytes long. Raises InputError when a probe has read or waited more than is reasonable.

    It has no name and no `close`: libav can neither learn where the bytes come from nor end their owner's use of them.
    """

    def __init__(
        self, file: SeekableFile, size: int, *, max_bytes: int = MAX_BYTES_READ, max_seconds: float = MAX_SECONDS
    ) -> None:
        self.size = size
        self.bytes_read = 0
        # What went wrong below libav, which would replace it with an error of its own.
        self.error: Exception | None = None
        self._file = file
        self._position = 0
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._deadline = time.monotonic() + max_seconds

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def read(self, length: int) -> bytes:
        """Up to `length` bytes from here; fewer only at the end of the file or of what the source gives at once."""
        try:
            self._check_budget()
            data = self._read(min(length, self.size - self._position))
        except Exception as error:
            self.error = error
            raise
        self._position += len(data)
        self.bytes_read += len(data)
        return data

    def read_at(self, offset: int, length: int) -> bytes:
        """Exactly the bytes at `offset`, fewer only at the end of the file. For looking at structure ourselves."""
        self.seek(offset)
        parts: list[bytes] = []
        while length > 0 and (part := self.read(length)):
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def check(self) -> None:
        """Raise what a read raised, or InputError when time is up. To be called between steps of work on bytes read."""
        if self.error:
            raise self.error
        self._check_budget()

    def _read(self, length: int) -> bytes:
        if length <= 0:
            return b""
        self._file.seek(self._position)
        # libav copies whatever it gets into a buffer of the size it asked for.
        return (self._file.read(length) or b"")[:length]

    def _check_budget(self) -> None:
        if self.bytes_read > self._max_bytes or time.monotonic() > self._deadline:
            raise InputError(
                "UnreadableFileError",
                "It takes too long to find out what this file contains. Its headers or its index may be damaged.",
            )
