"""Storing one file at a destination in up to three tries (zencoder-api 4.6), and counting what has been sent."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

from stepcoder.destinations.protocol import Destination, Sending
from stepcoder.errors import Cancelled
from stepcoder.net.tries import PassingFault, Pause, Tries

_READ_SIZE = 1024 * 1024
# Hears the bytes stored so far of one file; False means stop. It never hears a smaller number than before.
OnProgress = Callable[[int], bool]


def put(
    destination: Destination,
    path: str,
    body: Callable[[], Iterator[bytes]],
    sending: Sending,
    on_progress: OnProgress | None = None,
    *,
    pause: Pause = time.sleep,
) -> int:
    """Store what `body` yields, begun anew by every try; returns its size in bytes.

    Raises OutputError when three tries failed or none would do, Cancelled when `on_progress` says so, and what `body`
    raises.
    """
    tries, count = Tries(pause), _Count(on_progress)
    while True:
        count.restart()
        try:
            return destination.put(path, body(), sending, count.add)
        except PassingFault as fault:
            if not tries.again():
                raise fault.failure from fault


def delete(destination: Destination, path: str, *, pause: Pause = time.sleep) -> None:
    """Remove a file in up to three tries. Raises OutputError."""
    tries = Tries(pause)
    while True:
        try:
            return destination.delete(path)
        except PassingFault as fault:
            if not tries.again():
                raise fault.failure from fault


def pieces_of(path: Path) -> Iterator[bytes]:
    """A local file's bytes in pieces of a megabyte."""
    with path.open("rb") as file:
        while piece := file.read(_READ_SIZE):
            yield piece


class _Count:
    """Turns "n more bytes" of one try into "n bytes so far" that never goes back over several tries."""

    def __init__(self, on_progress: OnProgress | None) -> None:
        self._on_progress = on_progress
        self._stored = self._reported = 0

    def restart(self) -> None:
        self._stored = 0

    def add(self, count: int) -> None:
        self._stored += count
        self._reported = max(self._reported, self._stored)
        if self._on_progress and not self._on_progress(self._reported):
            raise Cancelled
