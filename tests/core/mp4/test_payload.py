"""Whatever the layout, the bytes come out in order, in few requests, with little memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.mp4.errors import JoinError
from stepcoder.mp4.payload import GAP, Part, Run, merge, part_length, stream, total_length

OBJECTS = {"a": bytes(range(256)) * 40, "b": bytes(reversed(range(256))) * 40}
RUNS = st.builds(Run, st.sampled_from("ab"), st.integers(0, 8000), st.integers(0, 2000))


class Store:
    """Objects in memory that note what was asked of them."""

    def __init__(self, objects: dict[str, bytes]) -> None:
        self.objects = objects
        self.asked: list[Run] = []

    def __call__(self, source: str, offset: int, length: int) -> Iterator[bytes]:
        self.asked.append(Run(source, offset, length))
        yield self.objects[source][offset : offset + length]


def plainly(parts: list[Part]) -> bytes:
    return b"".join(OBJECTS[part.source][part.offset : part.end] if isinstance(part, Run) else part for part in parts)


@given(st.lists(RUNS | st.binary(max_size=9)), st.integers(1, 5000))
def test_every_byte_comes_out_in_order(parts: list[Part], window: int) -> None:
    store = Store(OBJECTS)
    blocks = list(stream(parts, store, window=window))
    assert b"".join(blocks) == plainly(parts)
    assert all(run.length <= window for run in store.asked)
    assert total_length(parts) == sum(map(part_length, parts)) == len(plainly(parts))


@given(st.lists(RUNS))
def test_merging_changes_no_byte(runs: list[Run]) -> None:
    assert plainly(list(merge(runs))) == plainly(list(runs))


def test_alternating_sources_are_read_in_one_request_each() -> None:
    store = Store({"a": bytes(1 << 20), "b": bytes(1 << 20)})
    parts = [Run(source, second * 1000, 900) for second in range(500) for source in "ab"]
    assert len(b"".join(stream(parts, store))) == 900 * 1000
    assert store.asked == [Run("a", 0, 499_900), Run("b", 0, 499_900)]


def test_far_apart_ranges_are_not_read_through() -> None:
    store = Store({"a": bytes(GAP * 3)})
    list(stream([Run("a", 0, 10), Run("a", 11 + GAP, 10)], store))
    assert sum(run.length for run in store.asked) == 20


def test_a_window_is_dropped_after_its_last_use() -> None:
    store = Store({"a": bytes(1 << 20)})
    parts = [Run("a", 0, 100), Run("a", 100, 100), Run("a", 0, 100)]
    assert len(b"".join(stream(parts, store))) == 300
    assert len(store.asked) == 2  # going back is another request


def test_adjacent_runs_become_one() -> None:
    assert list(merge([Run("a", 0, 5), Run("a", 5, 5), Run("b", 10, 1)])) == [Run("a", 0, 10), Run("b", 10, 1)]


def test_an_object_that_ends_early_is_an_error() -> None:
    with pytest.raises(JoinError, match="a gave 5 of 10"):
        list(stream([Run("a", 0, 10)], Store({"a": b"short"})))
