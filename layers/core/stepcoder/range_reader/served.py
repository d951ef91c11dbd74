"""What can be behind one path of the loopback server: a source by blocks, a local file, a stream. No HTTP here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from stepcoder.sources.blocks import MIB, BlockCache
from stepcoder.sources.protocol import UNKNOWN_SIZE


class Served(Protocol):
    """What can be behind one path. `size` is UNKNOWN_SIZE for a stream, which then has no ranges."""

    size: int

    def pieces(self, start: int, end: int) -> Iterator[bytes]: ...


class Blocks:
    """`ahead`: blocks on their way at once, per request, once it has proved to read on."""

    def __init__(self, cache: BlockCache, *, ahead: int = 4) -> None:
        self._cache, self._ahead = cache, ahead
        self.size = cache.source.size

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        """Reads one block, then two, then four … ahead: a seek should not cost megabytes nobody wants."""
        size, ahead, index = self._cache.block_size, 0, start // self._cache.block_size
        last = (end - 1) // size
        while start < end:
            for following in range(index + 1, min(index + ahead, last) + 1):
                self._cache.prefetch(following)
            block = self._cache.get(index)
            within = start - index * size
            piece = block[within : within + end - start]
            if not piece:
                raise EOFError("the source ended early")
            yield piece
            start, index, ahead = start + len(piece), index + 1, min(self._ahead, ahead * 2 or 1)


class LocalFile:
    def __init__(self, path: Path) -> None:
        self._path = path
        self.size = path.stat().st_size

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            file.seek(start)
            while start < end and (piece := file.read(min(MIB, end - start))):
                start += len(piece)
                yield piece


class OneStream:
    size = UNKNOWN_SIZE

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces: Iterator[bytes] | None = pieces

    def pieces(self, start: int, end: int) -> Iterator[bytes]:
        taken, self._pieces = self._pieces, None
        if taken is None:
            raise EOFError("a stream can be read only once")
        return taken
