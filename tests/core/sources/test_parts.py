from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest

from stepcoder.errors import InputError, TryAgain
from stepcoder.sources import parts
from stepcoder.sources.parts import Division, fetch_parts
from tests.core.sources.fakes import FakeSource

FILM = bytes(range(256)) * 40
SMALL = Division(len(FILM), 1000)
MIB = 1024 * 1024


def fetch(source: FakeSource, missing: list[int] | None = None, connections: int = 5) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    numbers = missing if missing is not None else SMALL.numbers
    fetch_parts(
        source,
        SMALL,
        numbers,
        lambda number, body: found.__setitem__(number, bytes(body)),
        lambda _: None,
        connections=connections,
    )
    return found


def joined(found: dict[int, bytes]) -> bytes:
    return b"".join(found[number] for number in sorted(found))


@pytest.mark.parametrize(
    ("size", "part_mib", "count"), [(1, 8, 1), (8 * MIB, 8, 1), (8 * MIB + 1, 8, 2), (5 << 40, 583, 8993)]
)
def test_s3_takes_as_many_parts_as_there_are(size: int, part_mib: int, count: int) -> None:
    division = Division.of(size)
    assert division.part_bytes == part_mib * MIB
    assert len(division.numbers) == count <= 10_000


@pytest.mark.parametrize("connections", [0, 1, 2, 5, 25])
def test_every_part_comes_once(connections: int) -> None:
    assert joined(fetch(FakeSource(FILM), connections=connections)) == FILM


def test_only_what_is_missing_is_read() -> None:
    found = fetch(FakeSource(FILM), [2, 11])
    assert found == {2: FILM[1000:2000], 11: FILM[10_000:]}
    assert fetch(FakeSource(FILM), []) == {}


class Counting(FakeSource):
    """Knows how many read at once; refuses more than `most`."""

    def __init__(self, most: int = 99) -> None:
        super().__init__(FILM)
        self.most, self.now, self.highest, self.refused = most, 0, 0, 0
        self.lock = threading.Lock()

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        with self.lock:
            self.now += 1
            self.highest = max(self.highest, self.now)
            over = self.now > self.most
        try:
            time.sleep(0.01)
            if over:
                self.refused += 1
                raise InputError("DownloadFailureError", "Too many connections.")
            yield from super().stream(offset, length)
        finally:
            with self.lock:
                self.now -= 1


@pytest.mark.parametrize("connections", [1, 3])
def test_no_more_is_read_at_once_than_allowed(connections: int) -> None:
    source = Counting()
    assert joined(fetch(source, connections=connections)) == FILM
    assert source.highest == connections


def test_memory_bounds_how_much_is_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "_BYTES_IN_MEMORY", 2500)
    source = Counting()
    assert joined(fetch(source, connections=25)) == FILM
    assert source.highest <= 2


def test_a_server_that_takes_fewer_connections_gets_fewer() -> None:
    source = Counting(most=2)
    assert joined(fetch(source, connections=5)) == FILM
    assert source.refused <= 5 + 4


def test_the_last_connection_says_what_is_wrong() -> None:
    source = FakeSource(FILM)
    source.failure = InputError("FileNotFoundError", "gone")
    with pytest.raises(InputError, match="gone"):
        fetch(source)


def test_a_part_that_is_too_short_is_not_kept() -> None:
    found: dict[int, bytes] = {}
    with pytest.raises(InputError) as caught:
        fetch_parts(
            FakeSource(FILM[:-1]),
            SMALL,
            SMALL.numbers,
            lambda number, body: found.__setitem__(number, bytes(body)),
            lambda _: None,
        )
    assert caught.value.error_class == "TruncatedFileError"
    assert max(found) == 10


def test_what_storing_raises_ends_it() -> None:
    def refuse(number: int, body: bytes) -> None:
        raise TryAgain("S3 had a moment.")

    with pytest.raises(TryAgain):
        fetch_parts(FakeSource(FILM), SMALL, SMALL.numbers, refuse, lambda _: None, connections=4)


def test_while_nothing_comes_somebody_is_asked_and_may_end_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "WATCH_SECONDS", 0.02)
    go, seen = threading.Event(), list[int]()

    class Stuck(FakeSource):
        def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
            yield self.data[offset : offset + 10]
            go.wait(10)

    class Unwanted(Exception):
        pass

    def watch(moved: int) -> None:
        seen.append(moved)
        if len(seen) == 3:
            raise Unwanted

    begun = time.monotonic()
    with pytest.raises(Unwanted):
        fetch_parts(Stuck(FILM), SMALL, SMALL.numbers, lambda *_: None, watch, connections=5)
    assert time.monotonic() - begun < 2
    assert seen[-1] == 50
    go.set()
