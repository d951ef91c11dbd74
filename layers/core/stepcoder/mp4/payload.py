"""Streaming what was laid out: bytes we made, and ranges of stored objects. No knowledge of what the bytes mean.

A movie's video and audio alternate every second, from different objects. Asking the store for each second apart would
be thousands of small requests, so ranges of one object that lie close together are read as one window, which is held
until its last byte is handed on. Memory is about one window per object in use (two, while a movie is streamed).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from stepcoder.mp4.errors import JoinError

# Reads a range of the object `source`, in blocks of any size.
ReadRange = Callable[[str, int, int], Iterator[bytes]]

WINDOW = 8 << 20  # bytes; large enough that the time to first byte of a request doesn't matter
GAP = 64 << 10  # bytes worth reading and throwing away to save a request; fragment headers are smaller


@dataclass(frozen=True, slots=True)
class Run:
    """`length` bytes at `offset` of the stored object `source`."""

    source: str
    offset: int
    length: int

    @property
    def end(self) -> int:
        return self.offset + self.length


Part = bytes | Run


def part_length(part: Part) -> int:
    """In bytes."""
    return part.length if isinstance(part, Run) else len(part)


def total_length(parts: Iterable[Part]) -> int:
    """In bytes."""
    return sum(map(part_length, parts))


def merge(runs: Iterable[Run]) -> Iterator[Run]:
    """The same bytes in the same order, with runs that follow each other without a gap made one."""
    last: Run | None = None
    for run in runs:
        if last and last.source == run.source and last.end == run.offset:
            last = Run(last.source, last.offset, last.length + run.length)
            continue
        if last:
            yield last
        last = run
    if last:
        yield last


class Window:
    """A stretch of one object, read by one request when first needed and dropped after its last use."""

    def __init__(self, run: Run) -> None:
        self.source = run.source
        self.start = run.offset
        self.end = run.end
        self._uses = 1
        self._data: bytes | None = None

    def admits(self, run: Run, limit: int) -> bool:
        """True if reading on to the end of `run` costs little waste and stays within `limit` bytes."""
        return 0 <= run.offset - self.end <= GAP and run.end - self.start <= limit

    def extend(self, run: Run) -> None:
        self.end = run.end
        self._uses += 1

    def take(self, run: Run, read_range: ReadRange) -> bytes:
        """The bytes of `run`; each use must be taken exactly once."""
        if self._data is None:
            self._data = _read_whole(Run(self.source, self.start, self.end - self.start), read_range)
        data = self._data[run.offset - self.start : run.end - self.start]
        self._uses -= 1
        if not self._uses:
            self._data = None
        return data


def stream(parts: Iterable[Part], read_range: ReadRange, *, window: int = WINDOW) -> Iterator[bytes]:
    """The bytes of all `parts` in order, in blocks of at most `window` bytes (made bytes: as they are).

    Raises JoinError if an object ends before a range does.
    """
    # The whole plan first: how far a window reaches depends on the uses that come after its first.
    for step in list(_plan(parts, window)):
        yield step if isinstance(step, bytes) else step.window.take(step.run, read_range)


@dataclass(frozen=True, slots=True)
class _Use:
    """A run, and the window it is read through."""

    run: Run
    window: Window


def _plan(parts: Iterable[Part], limit: int) -> Iterator[bytes | _Use]:
    """Made bytes as they are; runs no longer than `limit`, with their windows."""
    latest: dict[str, Window] = {}
    for part in parts:
        if isinstance(part, bytes):
            yield part
            continue
        for run in _split(part, limit):
            window = latest.get(run.source)
            if window and window.admits(run, limit):
                window.extend(run)
            else:
                window = latest[run.source] = Window(run)
            yield _Use(run, window)


def _split(run: Run, limit: int) -> Iterator[Run]:
    for offset in range(run.offset, run.end, limit):
        yield Run(run.source, offset, min(limit, run.end - offset))


def _read_whole(run: Run, read_range: ReadRange) -> bytes:
    data = b"".join(read_range(run.source, run.offset, run.length))
    if len(data) != run.length:
        raise JoinError(f"{run.source} gave {len(data)} of {run.length} bytes at {run.offset}.")
    return data
