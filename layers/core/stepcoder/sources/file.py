"""A source as a seekable Python file, for readers that want one (PyAV)."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

from stepcoder.sources.blocks import MIB, BlockCache
from stepcoder.sources.protocol import RangedSource

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class SourceFile(io.RawIOBase):
    """Read-only; holds at most `blocks` blocks of `block_size` bytes. Not safe to share between threads.

    `error` is what the source raised last: libraries tend to replace it with an error of their own.
    """

    def __init__(self, source: RangedSource, *, block_size: int = MIB, blocks: int = 8) -> None:
        super().__init__()
        self._cache = BlockCache(source, block_size=block_size, capacity=blocks)
        self._size = source.size
        self._position = 0
        self.error: BaseException | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise OSError(22, "seek before the beginning")
        self._position = start + offset
        return self._position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """At most the rest of one block; raises what the source raises."""
        if self._position >= self._size:
            return 0
        index, within = divmod(self._position, self._cache.block_size)
        try:
            block = self._cache.get(index)
        except BaseException as error:
            self.error = error
            raise
        target = memoryview(buffer).cast("B")
        piece = memoryview(block)[within : within + len(target)]
        target[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)
