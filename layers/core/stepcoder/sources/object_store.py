"""Inputs in object stores that read by range (Swift, Azure). How each of them is spoken to is object_stores'."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from stepcoder import net
from stepcoder.net.tries import Pause, Tries, resumed, tried
from stepcoder.sources import failures
from stepcoder.transfers.blame import blamed


class Facts(NamedTuple):
    """What a store tells of a file. `version` changes with its contents; `size` in bytes."""

    size: int
    version: str | None
    content_type: str | None


class StoredFile(Protocol):
    """One file in a store, opened with a login. Methods raise Refusal and NetError."""

    def look(self) -> Facts: ...

    def read(self, start: int, end: int, version: str | None) -> Iterator[bytes]:
        """The bytes from `start` to before `end`, in pieces of at most 1 MiB; Refusal (CHANGED) of another version."""
        ...

    def close(self) -> None: ...


class StoreSource:
    """A RangedSource, safe to share between threads. Opening it asks for the file's size and version.

    `pinned` is the `etag` of an earlier opening; a changed file is refused. Raises InputError.
    """

    supports_ranges = True
    costly_ranges = False

    def __init__(self, url: str, file: StoredFile, *, pinned: str | None = None, pause: Pause = time.sleep) -> None:
        self.url, self._file, self._pause = url, file, pause
        self.size, self.etag, self.content_type = tried(self._look, Tries(pause))
        if pinned is not None and pinned != self.etag:
            raise failures.changed(url)

    def read_range(self, offset: int, length: int) -> bytes:
        return b"".join(self.stream(offset, length))

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        end = self.size if length is None else min(offset + length, self.size)
        yield from resumed(lambda position: self._pieces(position, end), offset, Tries(self._pause))

    def close(self) -> None:
        """Let go of connections."""
        self._file.close()

    def _look(self) -> Facts:
        with self._faults_named():
            return self._file.look()

    def _pieces(self, position: int, end: int) -> Iterator[bytes]:
        """One try at the bytes from `position` to `end`."""
        if position >= end:
            return
        with self._faults_named():
            for piece in self._file.read(position, end, self.etag):
                position += len(piece)
                yield piece
            if position != end:
                raise net.CutShort("The server ended its answer early.")

    def _faults_named(self) -> AbstractContextManager[None]:
        return blamed(self.url, failures.from_net, failures.from_store)
