"""Fetching a source in parts, several at once, whichever are missing. Where parts are kept is the caller's business."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO

from stepcoder.errors import InputError
from stepcoder.sources import failures
from stepcoder.sources.protocol import RangedSource
from stepcoder.sources.watching import WATCH_SECONDS

_MIB = 1024 * 1024
_LEAST_PART = 8 * _MIB
_MOST_PARTS = 9000  # S3 takes 10,000
_BYTES_IN_MEMORY = 256 * _MIB


@dataclass(frozen=True)
class Division:
    """A file of `size` bytes in parts of `part_bytes`, numbered from 1; the last may be shorter."""

    size: int
    part_bytes: int

    @classmethod
    def of(cls, size: int) -> Division:
        """Parts of 8 MiB, or so large that S3 takes as many as there are."""
        needed = -(-size // _MOST_PARTS)
        return cls(size, _LEAST_PART if needed <= _LEAST_PART else -(-needed // _MIB) * _MIB)

    @property
    def numbers(self) -> range:
        return range(1, -(-self.size // self.part_bytes) + 1)

    def place(self, number: int) -> tuple[int, int]:
        """Offset and length of a part, in bytes."""
        offset = (number - 1) * self.part_bytes
        return offset, min(self.part_bytes, self.size - offset)


def fetch_parts(
    source: RangedSource,
    division: Division,
    missing: Iterable[int],
    put: Callable[[int, bytes], None],
    watch: Callable[[int], None],
    *,
    connections: int = 1,
) -> None:
    """Read the parts `missing` from a source with ranges and hand each to `put`, from several threads.

    At most `connections` parts (0 counts as 1), and 256 MiB or one part, are read at once. `watch(bytes read)` is
    called every second in this thread; what it raises ends the fetching. Servers limit connections: a part that can't
    be read while others can is left to the others, so that what the source raises is raised by its last connection.
    Raises what `source`, `put` and `watch` raise.
    """
    crew = _Crew(source, division, missing, put)
    crew.start(max(1, connections))
    try:
        while not crew.finished.wait(WATCH_SECONDS):
            watch(crew.moved)
    finally:
        crew.stop()
    if crew.failure is not None:
        raise crew.failure
    watch(crew.moved)


class _Stopped(Exception):
    """Nobody waits for the part any more."""


class _Crew:
    """The threads that fetch. A line is a connection to the source: one more thread than lines, so that none of them
    idles while a part is being stored."""

    def __init__(
        self,
        source: RangedSource,
        division: Division,
        missing: Iterable[int],
        put: Callable[[int, bytes], None],
    ) -> None:
        self._source, self._division, self._put = source, division, put
        self._waiting = deque(missing)
        self._lock = threading.Lock()
        self._lines = threading.Semaphore(0)
        self._open_lines = self._working = 0
        self._stopped = False
        self.finished = threading.Event()
        self.failure: BaseException | None = None
        self.moved = 0  # bytes read, of parts under way too

    def start(self, lines: int) -> None:
        most = max(1, _BYTES_IN_MEMORY // self._division.part_bytes)
        self._working = min(lines + 1, most, max(1, len(self._waiting)))
        self._open_lines = min(lines, self._working)
        for _ in range(self._open_lines):
            self._lines.release()
        for _ in range(self._working):
            threading.Thread(target=self._run, name="fetch-parts", daemon=True).start()

    def stop(self) -> None:
        """Wake those that wait; those that read notice with the next piece."""
        self._stopped = True
        for _ in range(self._working):
            self._lines.release()

    def _run(self) -> None:
        try:
            while (number := self._take()) is not None:
                body = self._read(number)
                if body is not None:
                    self._put(number, body)
        except _Stopped:
            pass  # whoever stopped us knows why
        except BaseException as error:
            self._fail(error)
        finally:
            with self._lock:
                self._working -= 1
                over = self._working == 0
            if over:
                self.finished.set()

    def _take(self) -> int | None:
        with self._lock:
            return self._waiting.popleft() if self._waiting and not self._stopped else None

    def _read(self, number: int) -> bytes | None:
        """The part; None when it was put back, because this may have been one connection too many."""
        self._lines.acquire()
        alone = self._open_lines == 1
        try:
            body = self._collect(number)
        except InputError:
            if alone or self._stopped:
                raise
            self._close_line(number)
            return None
        self._lines.release()
        return body

    def _close_line(self, number: int) -> None:
        with self._lock:
            self._waiting.append(number)
            if self._open_lines > 1:
                self._open_lines -= 1
                return
        self._lines.release()  # others closed theirs meanwhile: this one is the last

    def _collect(self, number: int) -> bytes:
        offset, length = self._division.place(number)
        # Its getvalue() is the buffer itself: joining a list would take the memory twice.
        body, held = BytesIO(), 0
        try:
            for piece in self._source.stream(offset, length):
                if self._stopped:
                    raise _Stopped
                held += body.write(piece)
                self._count(len(piece))
            if held != length:
                raise failures.truncated(self._source.url, offset + length, offset + held)
        except BaseException:
            self._count(-held)
            raise
        return body.getvalue()

    def _count(self, size: int) -> None:
        with self._lock:
            self.moved += size

    def _fail(self, error: BaseException) -> None:
        with self._lock:
            self.failure = self.failure or error
        self.stop()
        self.finished.set()
