"""Three tries, progress and cancelling, whatever the destination."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stepcoder.destinations import sending
from stepcoder.destinations.protocol import OnBytes, Sending
from stepcoder.errors import Cancelled, OutputError
from stepcoder.net.tries import PassingFault

NOT_NOW = PassingFault(OutputError("UploadFailureError", "It failed 3 times."))


class FakeDestination:
    """Stores in memory; each of `faults` ends one call after its first piece."""

    most_uploads = 1

    def __init__(self, *faults: Exception) -> None:
        self.faults, self.files, self.calls = list(faults), dict[str, bytes](), 0

    def put(self, path: str, body: Iterator[bytes], sending: Sending, on_bytes: OnBytes) -> int:
        self.calls, stored = self.calls + 1, b""
        for piece in body:
            stored += piece
            on_bytes(len(piece))
            if self.faults:
                raise self.faults.pop(0)
        self.files[path] = stored
        return len(stored)

    def delete(self, path: str) -> None:
        self.calls += 1
        if self.faults:
            raise self.faults.pop(0)
        self.files.pop(path, None)

    def close(self) -> None:
        """Nothing is held."""


def put(where: FakeDestination, heard: list[int] | None = None, most: int = 100) -> int:
    heard = [] if heard is None else heard

    def hear(so_far: int) -> bool:
        heard.append(so_far)
        return so_far <= most

    return sending.put(where, "a", lambda: iter([b"x" * 10] * 5), Sending(), hear, pause=lambda seconds: None)


def test_the_third_try_still_counts() -> None:
    where = FakeDestination(NOT_NOW, NOT_NOW)
    assert put(where) == 50
    assert where.files == {"a": b"x" * 50}


def test_after_three_tries_the_failure_is_told() -> None:
    where = FakeDestination(NOT_NOW, NOT_NOW, NOT_NOW)
    with pytest.raises(OutputError, match="3 times"):
        put(where)
    assert where.calls == 3


def test_what_no_try_mends_is_told_at_once() -> None:
    where = FakeDestination(OutputError("UploadAccessDeniedError", "No."))
    with pytest.raises(OutputError, match="No"):
        put(where)
    assert where.calls == 1


def test_progress_never_goes_back() -> None:
    heard: list[int] = []
    put(FakeDestination(NOT_NOW), heard)
    assert heard == sorted(heard)
    assert heard[-1] == 50


def test_a_no_to_progress_cancels() -> None:
    where = FakeDestination()
    with pytest.raises(Cancelled):
        put(where, most=20)
    assert where.files == {}


def test_deleting_has_three_tries_as_well() -> None:
    where = FakeDestination(NOT_NOW, NOT_NOW)
    sending.delete(where, "a", pause=lambda seconds: None)
    assert where.calls == 3
    with pytest.raises(OutputError, match="3 times"):
        sending.delete(FakeDestination(NOT_NOW, NOT_NOW, NOT_NOW), "a", pause=lambda seconds: None)


def test_a_local_file_comes_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(b"film" * 600_000)
    pieces = list(sending.pieces_of(path))
    assert b"".join(pieces) == path.read_bytes()
    assert max(map(len, pieces)) <= 1024 * 1024
