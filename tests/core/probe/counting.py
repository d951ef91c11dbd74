"""A file that counts what is read of it, as a source behind a network would be billed for. For probe tests only."""

from __future__ import annotations

from pathlib import Path

MIB = 1024 * 1024


class CountingFile:
    """Counts bytes, and the blocks of 1 MiB they lie in: what a block cache over a network would fetch."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb", buffering=0)
        self.size = path.stat().st_size
        self.bytes_read = 0
        self.blocks: set[int] = set()

    def read(self, size: int = -1, /) -> bytes:
        start = self._file.tell()
        data = self._file.read(size)
        self.bytes_read += len(data)
        self.blocks.update(range(start // MIB, (start + max(len(data), 1) - 1) // MIB + 1))
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._file.seek(offset, whence)

    def close(self) -> None:
        self._file.close()
