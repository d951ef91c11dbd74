from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from stepcoder.errors import InputError
from stepcoder.sources.blocks import BlockCache, Closed
from tests.core.sources.fakes import FakeSource


class Slow(FakeSource):
    def read_range(self, offset: int, length: int) -> bytes:
        time.sleep(0.05)
        return super().read_range(offset, length)


def test_a_block_wanted_by_many_is_read_once() -> None:
    source = Slow(b"x" * 100)
    cache = BlockCache(source, block_size=10)
    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(cache.get, [3] * 8)) == {b"x" * 10}
    assert source.reads == [(30, 10)]


def test_prefetch_reads_ahead_and_stays_inside_the_file() -> None:
    source = FakeSource(b"x" * 95)
    with ThreadPoolExecutor(2) as threads:
        cache = BlockCache(source, block_size=10, executor=threads)
        for index in (-1, 8, 9, 10):
            cache.prefetch(index)
        assert cache.get(9) == b"x" * 5
    assert sorted(source.reads) == [(80, 10), (90, 10)]


def test_a_failure_reaches_all_who_wait_and_is_forgotten() -> None:
    source = Slow(b"x" * 100)
    source.failure = InputError("FileNotFoundError", "gone")
    cache = BlockCache(source, block_size=10)
    with ThreadPoolExecutor(4) as threads:
        for failed in [threads.submit(cache.get, 1) for _ in range(4)]:
            with pytest.raises(InputError):
                failed.result()
    source.failure = None
    assert cache.get(1) == b"x" * 10


def test_a_closed_cache_starts_no_more_reads() -> None:
    source, begun = Slow(b"x" * 100), threading.Event()
    with ThreadPoolExecutor(1) as threads:
        cache = BlockCache(source, block_size=10, executor=threads)
        cache.prefetch(0)
        cache.prefetch(1)
        begun.wait(0.02)
        cache.close()
        with pytest.raises(Closed):
            cache.get(1)
    assert source.reads == [(0, 10)]


def test_without_its_executor_blocks_are_still_read() -> None:
    threads = ThreadPoolExecutor(1)
    threads.shutdown()
    cache = BlockCache(FakeSource(b"x" * 100), block_size=10, executor=threads)
    cache.prefetch(1)
    assert cache.get(1) == b"x" * 10
