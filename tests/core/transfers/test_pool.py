from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from stepcoder import net
from stepcoder.transfers import pool as pool_module
from stepcoder.transfers.pool import Pool
from stepcoder.transfers.refusals import Refusal, Why


class Line:
    """A connection that does nothing."""

    def __init__(self, server: Server) -> None:
        self.server, self.usable, self.closed, self.answers = server, True, False, True

    def alive(self) -> bool:
        self.server.asked += 1
        return self.answers

    def close(self) -> None:
        if not self.closed:
            self.closed = True
            self.server.open -= 1


class Server:
    """Grants `most` connections at once."""

    def __init__(self, most: int = 100) -> None:
        self.most, self.open, self.highest, self.made, self.asked = most, 0, 0, 0, 0
        self.failure: Exception | None = None
        self._lock = threading.Lock()

    def connect(self) -> Line:
        with self._lock:
            if self.failure:
                raise self.failure
            if self.open >= self.most:
                raise Refusal(Why.BUSY, "421 too many")
            self.open += 1
            self.made += 1
            self.highest = max(self.highest, self.open)
            return Line(self)


def busy_threads(pool: Pool[Line], count: int) -> None:
    def work(_: int) -> None:
        with pool.borrowed():
            threading.Event().wait(0.01)

    with ThreadPoolExecutor(count) as threads:
        list(threads.map(work, range(3 * count)))


def test_a_connection_is_used_again() -> None:
    server = Server()
    pool = Pool(server.connect, 4)
    for _ in range(5):
        with pool.borrowed():
            assert server.open == 1
    assert (server.made, server.asked) == (1, 0)


def test_there_are_never_more_than_wanted() -> None:
    server = Server()
    busy_threads(Pool(server.connect, 3), 8)
    assert server.highest == 3


def test_there_are_never_more_than_the_server_grants_and_everybody_gets_one() -> None:
    server = Server(most=2)
    busy_threads(Pool(server.connect, 8), 8)
    assert (server.highest, server.made) == (2, 2)


def test_a_server_that_grants_none_at_all_is_busy() -> None:
    with pytest.raises(Refusal), Pool(Server(most=0).connect, 8).borrowed():
        pass


def test_waiting_for_a_connection_ends() -> None:
    pool = Pool(Server().connect, 1, wait=0.05)
    with pool.borrowed(), pytest.raises(net.TimedOut), pool.borrowed():
        pass


def test_one_that_was_idle_for_long_is_asked_first(monkeypatch: pytest.MonkeyPatch) -> None:
    server = Server()
    pool = Pool(server.connect, 4)
    monkeypatch.setattr(pool_module, "_FRESH_SECONDS", 0)
    with pool.borrowed() as first:
        pass
    with pool.borrowed() as second:
        assert second is first
    first.answers = False
    with pool.borrowed() as third:
        assert third is not first
    assert (server.asked, server.open) == (2, 1)


def test_a_refusal_keeps_the_connection_and_a_broken_one_is_closed_with_those_beside_it() -> None:
    server = Server()
    pool = Pool(server.connect, 4)
    with pool.borrowed(), pool.borrowed():
        pass
    with pytest.raises(Refusal), pool.borrowed():
        raise Refusal(Why.MISSING, "550")
    assert server.open == 2
    with pytest.raises(net.BrokenResponse), pool.borrowed():
        raise net.BrokenResponse("gone")
    assert server.open == 0
    with pool.borrowed():
        pass


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError(), Refusal(Why.BUSY, "421")])
def test_one_that_was_left_in_the_middle_is_not_used_again(error: BaseException) -> None:
    server = Server()
    pool = Pool(server.connect, 4)
    with pytest.raises(type(error)), pool.borrowed():
        raise error
    with pool.borrowed() as connection:
        connection.usable = False
    assert server.open == 0


def test_what_nobody_holds_is_closed_and_a_pool_that_is_forgotten_closes_itself() -> None:
    server = Server()
    pool = Pool(server.connect, 4)
    with pool.borrowed():
        pool.close()
        assert server.open == 1
    pool.close()
    assert server.open == 0
    with pool.borrowed():
        pass
    del pool
    assert server.open == 0


def test_a_connection_that_cannot_be_made_is_not_counted() -> None:
    server = Server()
    pool = Pool(server.connect, 1)
    server.failure = net.ConnectFailed("nobody there")
    for _ in range(3):
        with pytest.raises(net.ConnectFailed), pool.borrowed():
            pass
    server.failure = None
    with pool.borrowed():
        pass
