from __future__ import annotations

import pytest

from stepcoder.errors import OutputError
from stepcoder.object_stores.outgoing import Outgoing


def quiet(count: int) -> None:
    pass


def test_reads_across_pieces() -> None:
    outgoing = Outgoing(iter([b"ab", b"", b"cdefg"]), quiet)
    assert outgoing.read(1) == b"a"
    assert outgoing.read_all(3) == b"bcd"
    assert outgoing.taken == 4
    assert not outgoing.ended
    assert outgoing.read() == b"efg"
    assert (outgoing.read(), outgoing.ended) == (b"", True)


def test_what_is_put_back_comes_again() -> None:
    outgoing = Outgoing(iter([b"ab", b"cd"]), quiet)
    outgoing.put_back(outgoing.read_all(3))
    assert (outgoing.taken, outgoing.read_all(9)) == (0, b"abcd")


def test_parts_end_where_they_should() -> None:
    outgoing = Outgoing(iter([b"abcde", b"fg"]), quiet)
    parts = []
    while not outgoing.ended:
        part = outgoing.part(3)
        body = b""
        while piece := part.read(2):
            body += piece
        parts.append((body, part.taken))
    assert parts == [(b"abc", 3), (b"def", 3), (b"g", 1)]


@pytest.mark.parametrize("size", [3, 5])
def test_a_body_of_another_size_fails_before_its_announced_end(size: int) -> None:
    outgoing = Outgoing(iter([b"ab", b"cd"]), quiet, size)
    given = b""
    with pytest.raises(OutputError):
        while piece := outgoing.read(1):
            given += piece
    assert len(given) < size
    assert isinstance(outgoing.failure, OutputError)


def test_every_piece_is_counted_once() -> None:
    counted: list[int] = []
    outgoing = Outgoing(iter([b"abc", b"", b"d"]), counted.append, 4)
    outgoing.put_back(outgoing.read_all(4))
    assert outgoing.read_all(9) == b"abcd"
    assert counted == [3, 0, 1] or counted == [3, 1]
