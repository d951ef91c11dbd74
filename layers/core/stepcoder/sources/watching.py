"""Waiting for a source without being deaf meanwhile: threads read, and the caller is asked every moment. No protocol.

A server that sends nothing for half a minute must not keep a worker from hearing that nobody wants the file any more.
The threads are daemons: one that is stuck in a read when everybody has left ends with its read, or with the process.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator

WATCH_SECONDS = 1.0
_PIECES_WAITING = 8  # of at most 1 MiB


def watched(pieces: Iterator[bytes], watch: Callable[[], None]) -> Iterator[bytes]:
    """The same pieces, read in a thread of their own. `watch` is called every second, also while none comes.

    Raises what `pieces` raises; and what `watch` raises, at once.
    """
    pump = _Pump(pieces)
    asked = time.monotonic()
    try:
        while True:
            found = pump.next(WATCH_SECONDS)
            if found is None or time.monotonic() - asked >= WATCH_SECONDS:
                watch()
                asked = time.monotonic()
            if found == b"":
                return
            if found is not None:
                yield found
    finally:
        pump.stop()


class _Pump:
    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._line: queue.Queue[bytes | BaseException] = queue.Queue(_PIECES_WAITING)
        self._stopped = threading.Event()
        threading.Thread(target=self._run, name="watched-source", daemon=True).start()

    def next(self, seconds: float) -> bytes | None:
        """The next piece; None when there is none yet, an empty one at the end."""
        try:
            found = self._line.get(timeout=seconds)
        except queue.Empty:
            return None
        if isinstance(found, BaseException):
            raise found
        return found

    def stop(self) -> None:
        self._stopped.set()

    def _run(self) -> None:
        try:
            for piece in self._pieces:
                if piece and not self._offer(piece):
                    return
            self._offer(b"")
        except BaseException as error:
            self._offer(error)
        finally:
            # Here and not by whoever stopped listening: a generator can't be closed while it runs.
            close = getattr(self._pieces, "close", None)
            if close:
                close()

    def _offer(self, found: bytes | BaseException) -> bool:
        while not self._stopped.is_set():
            try:
                self._line.put(found, timeout=0.2)
            except queue.Full:
                continue
            return True
        return False
