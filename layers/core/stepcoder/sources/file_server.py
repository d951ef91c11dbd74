"""Inputs on servers that files are logged in for (FTP, SFTP). The protocols themselves are transfers'."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing

from stepcoder import net
from stepcoder.net.tries import Pause, Tries, resumed, tried
from stepcoder.sources import failures
from stepcoder.sources.protocol import UNKNOWN_SIZE
from stepcoder.sources.sniff import SNIFF_BYTES
from stepcoder.storage import Place
from stepcoder.transfers.blame import blamed
from stepcoder.transfers.pool import Pool
from stepcoder.transfers.protocol import Facts, FileServer

# zencoder-api 3.1: download_connections is at most 25; more than a few are more than most servers grant.
_MOST_CONNECTIONS = 10


class FileServerSource:
    """A RangedSource, safe to share between threads. Opening it logs in and asks for the file's size and version.

    `connect` opens one connection. `pinned` is the `etag` of an earlier opening; a changed file is refused. Raises
    InputError. Connections are kept for further ranges until `close`, or until nobody has the source any more.
    """

    content_type: str | None = None  # neither FTP nor SFTP has a notion of it
    costly_ranges = True

    def __init__(
        self, place: Place, connect: Callable[[], FileServer], *, pinned: str | None = None, pause: Pause = time.sleep
    ) -> None:
        self.url, self._path, self._pause = place.url, place.path, pause
        self._pool = Pool(connect, _MOST_CONNECTIONS)
        self._head: bytes | None = None
        facts, self._resumes = tried(self._look, Tries(pause))
        self.size = UNKNOWN_SIZE if facts.size is None else facts.size
        self.etag = _version(facts)
        self.supports_ranges = self._resumes and facts.size is not None
        if facts.size is None:
            # Whether there is a file at all shows only now.
            self._head = self._beginning()
        if pinned is not None and pinned != self.etag:
            raise failures.changed(self.url)

    def read_range(self, offset: int, length: int) -> bytes:
        if self.supports_ranges:
            return b"".join(self.stream(offset, length))
        if self._head is None:
            self._head = self._beginning()
        if offset + length > len(self._head) and len(self._head) == SNIFF_BYTES:
            raise ValueError("this source cannot be read by range; stage it first")
        return self._head[offset : offset + length]

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        if not self.supports_ranges and (offset or length is not None):
            raise ValueError("this source cannot be read by range; stage it first")
        end = None if self.size == UNKNOWN_SIZE else self.size
        if length is not None and end is not None:
            end = min(offset + length, end)
        yield from resumed(lambda position: self._pieces(position, end), offset, Tries(self._pause))

    def close(self) -> None:
        """Let go of connections."""
        self._pool.close()

    def _pieces(self, position: int, end: int | None) -> Iterator[bytes]:
        """One try at the bytes from `position` to `end`, None for as many as there are."""
        if end is not None and position >= end:
            return
        to_the_end = end is None or end == self.size
        begin = position if self._resumes else 0
        with self._faults_named(), self._pool.borrowed() as server:
            if self.etag is not None and _version(server.look(self._path)) != self.etag:
                raise failures.changed(self.url)
            came = begin
            # Read up to what the server takes for the end, so that a file that is still growing shows.
            for piece in server.read(self._path, begin, None if to_the_end or end is None else end - begin):
                fresh = piece[max(0, position - came) :]
                came += len(piece)
                if end is not None and came > end:
                    raise failures.changed(self.url)
                if fresh:
                    yield fresh
            if end is not None and came < end:
                raise net.CutShort("The server ended the file early.")

    def _look(self) -> tuple[Facts, bool]:
        with self._faults_named(), self._pool.borrowed() as server:
            return server.look(self._path), server.restarts()

    def _beginning(self) -> bytes:
        """The first few kilobytes of a file that can't be read by range."""
        return tried(self._read_beginning, Tries(self._pause))

    def _read_beginning(self) -> bytes:
        head = b""
        with (
            self._faults_named(),
            self._pool.borrowed() as server,
            closing(server.read(self._path, 0, None)) as pieces,
        ):
            while len(head) < SNIFF_BYTES and (piece := next(pieces, b"")):
                head += piece
        return head[:SNIFF_BYTES]

    def _faults_named(self) -> AbstractContextManager[None]:
        return blamed(self.url, failures.from_net, failures.from_refusal)


def _version(facts: Facts) -> str | None:
    known = [str(fact) for fact in (facts.modified, facts.size) if fact is not None]
    return "-".join(known) or None
