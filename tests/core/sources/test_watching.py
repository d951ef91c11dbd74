from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from stepcoder.errors import InputError
from stepcoder.sources import watching
from stepcoder.sources.watching import watched


class Unwanted(Exception):
    pass


def nothing() -> None:
    pass


def test_the_same_pieces_come_out() -> None:
    pieces = [bytes([number]) * 10 for number in range(100)]
    assert list(watched(iter(pieces), nothing)) == pieces
    assert list(watched(iter([]), nothing)) == []


def test_what_the_source_raises_comes_after_the_pieces_before_it() -> None:
    def broken() -> Iterator[bytes]:
        yield b"a"
        raise InputError("FileNotFoundError", "gone")

    seen = []
    with pytest.raises(InputError):
        for piece in watched(broken(), nothing):
            seen.append(piece)
    assert seen == [b"a"]


def test_somebody_is_asked_while_nothing_comes_and_may_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "WATCH_SECONDS", 0.02)
    go, closed, asked = threading.Event(), threading.Event(), list[float]()

    def silent() -> Iterator[bytes]:
        try:
            go.wait(10)
            yield b"late"
        finally:
            closed.set()

    def watch() -> None:
        asked.append(time.monotonic())
        if len(asked) == 3:
            raise Unwanted

    with pytest.raises(Unwanted):
        list(watched(silent(), watch))
    assert len(asked) == 3
    go.set()
    assert closed.wait(5)


def test_a_source_nobody_listens_to_any_more_is_closed_and_not_read_on() -> None:
    read, closed = list[int](), threading.Event()

    def endless() -> Iterator[bytes]:
        try:
            while True:
                read.append(1)
                yield b"x"
        finally:
            closed.set()

    pieces = watched(endless(), nothing)
    next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert closed.wait(5)
    assert len(read) < 20


def test_a_fast_source_waits_for_a_slow_listener() -> None:
    read = list[int]()

    def fast() -> Iterator[bytes]:
        for _ in range(1000):
            read.append(1)
            yield b"x"

    pieces = watched(fast(), nothing)
    next(pieces)
    time.sleep(0.05)
    assert len(read) < 20
    assert sum(1 for _ in pieces) == 999
