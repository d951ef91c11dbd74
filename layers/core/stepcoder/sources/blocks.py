"""A bounded cache of equal blocks of one source, shared by everything that reads it at random. No protocol, no file."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Executor, Future

from stepcoder.sources.protocol import RangedSource

MIB = 1024 * 1024


class Closed(Exception):
    """The cache was closed while the block was waiting to be read."""


class BlockCache:
    """Safe to share between threads; a block wanted by several of them is read once.

    Holds at most `capacity` blocks of `block_size` bytes. With an `executor`, `prefetch` reads ahead in it. At most
    `connections` blocks are read from the source at once.
    """

    def __init__(
        self,
        source: RangedSource,
        *,
        block_size: int = MIB,
        capacity: int = 8,
        executor: Executor | None = None,
        connections: int = 25,
    ) -> None:
        self.source = source
        self.block_size = block_size
        self.count = -(-source.size // block_size)
        self._capacity = capacity
        self._executor = executor
        self._blocks: OrderedDict[int, Future[bytes]] = OrderedDict()
        self._lock = threading.Lock()
        self._lines = threading.Semaphore(connections)
        self._closed = False

    def close(self) -> None:
        """Reads that have not begun fail from now on."""
        self._closed = True

    def get(self, index: int) -> bytes:
        """Block `index`; raises what the source raises, to everybody who waits for it."""
        block, ours = self._claim(index)
        if ours:
            self._load(index, block)
        return block.result()

    def prefetch(self, index: int) -> None:
        """Begin to read a block, unless it is here, on its way, or beyond the end."""
        if self._executor is None or not 0 <= index < self.count:
            return
        block, ours = self._claim(index)
        if ours:
            try:
                self._executor.submit(self._load, index, block)
            except RuntimeError:  # the executor has shut down: whoever still wants the block reads it itself
                self._forget(index, block)
                block.set_exception(Closed())

    def _claim(self, index: int) -> tuple[Future[bytes], bool]:
        with self._lock:
            block = self._blocks.get(index)
            if block is not None:
                self._blocks.move_to_end(index)
                return block, False
            block = self._blocks[index] = Future()
            while len(self._blocks) > self._capacity:
                self._blocks.popitem(last=False)
            return block, True

    def _load(self, index: int, block: Future[bytes]) -> None:
        try:
            with self._lines:
                if self._closed:
                    raise Closed
                block.set_result(self.source.read_range(index * self.block_size, self.block_size))
        except BaseException as error:
            # A failure is not worth remembering: the next reader tries for itself.
            self._forget(index, block)
            block.set_exception(error)

    def _forget(self, index: int, block: Future[bytes]) -> None:
        with self._lock:
            if self._blocks.get(index) is block:
                del self._blocks[index]
