"""A few connections to one file server, shared by threads. How one is made and what it does is elsewhere."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from stepcoder.net.errors import NetError, TimedOut
from stepcoder.transfers.protocol import FileServer
from stepcoder.transfers.refusals import Refusal

Connection = TypeVar("Connection", bound=FileServer)
_FRESH_SECONDS = 5.0
_WAIT_SECONDS = 120.0


class Pool(Generic[Connection]):
    """At most `most` connections, fewer where the server allows fewer. Safe to share between threads.

    `connect` raises NetError and Refusal.
    """

    def __init__(self, connect: Callable[[], Connection], most: int, *, wait: float = _WAIT_SECONDS) -> None:
        self._connect, self._most, self._wait = connect, most, wait
        self._open = 0
        self._idle: list[tuple[Connection, float]] = []
        self._changed = threading.Condition()

    @contextmanager
    def borrowed(self) -> Iterator[Connection]:
        """A connection for the caller alone; waits for one. Raises what `connect` raises, TimedOut."""
        connection = self._take()
        try:
            yield connection
        except Refusal as refusal:
            self._give_back(connection, usable=not refusal.passing)
            raise
        except NetError:
            self._give_back(connection, usable=False)
            # What broke one connection most likely broke those beside it.
            self._forget_idle()
            raise
        except BaseException:
            self._give_back(connection, usable=False)
            raise
        self._give_back(connection, usable=connection.usable)

    def close(self) -> None:
        """Close what nobody uses at the moment. The pool stays usable."""
        self._forget_idle()

    # SSH connections have a thread that keeps them alive: without this they would outlive their owner.
    __del__ = close

    def _take(self) -> Connection:
        deadline = time.monotonic() + self._wait
        while True:
            found = self._next(deadline)
            if found is None:
                made = self._made()
                if made is not None:
                    return made
                continue
            connection, since = found
            if time.monotonic() - since < _FRESH_SECONDS or connection.alive():
                return connection
            self._give_back(connection, usable=False)

    def _next(self, deadline: float) -> tuple[Connection, float] | None:
        """An idle connection, or None for leave to make one."""
        with self._changed:
            while not self._idle and self._open >= self._most:
                if not self._changed.wait(deadline - time.monotonic()):
                    raise TimedOut("No connection to the server came free.")
            if self._idle:
                return self._idle.pop()
            self._open += 1
            return None

    def _made(self) -> Connection | None:
        """A new connection, or None where the server wants no more of them beside those that are open."""
        try:
            return self._connect()
        except BaseException as error:
            with self._changed:
                self._open -= 1
                enough = isinstance(error, NetError | Refusal) and error.passing and self._open > 0
                if enough:
                    self._most = self._open
                self._changed.notify()
            if not enough:
                raise
            return None

    def _give_back(self, connection: Connection, *, usable: bool) -> None:
        with self._changed:
            if usable:
                self._idle.append((connection, time.monotonic()))
            else:
                self._open -= 1
            self._changed.notify()
        if not usable:
            connection.close()

    def _forget_idle(self) -> None:
        with self._changed:
            idle, self._idle = self._idle, []
            self._open -= len(idle)
            self._changed.notify_all()
        for connection, _ in idle:
            connection.close()
