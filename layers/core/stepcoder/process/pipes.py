"""The ends of a program's pipes: what goes into stdin, and the last lines that came out of stderr."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import IO

_TAIL_LINES = 50
_LINE_LENGTH = 2000

OnLine = Callable[[str], None]


class Feeder:
    """Writes an iterator to a program's stdin in a thread, since both the iterator and the pipe may block."""

    def __init__(self, pipe: IO[bytes] | None, pieces: Iterator[bytes]) -> None:
        assert pipe is not None  # noqa: S101
        self.error: BaseException | None = None
        self._pipe = pipe
        self._pieces = pieces
        self._stopped = False
        self._thread = threading.Thread(target=self._feed, name="stdin", daemon=True)
        self._thread.start()

    def _feed(self) -> None:
        try:
            for piece in self._pieces:
                if self._stopped:
                    break
                self._pipe.write(piece)
        except BrokenPipeError:
            self._stopped = True  # the program has read enough, or is gone
        except BaseException as error:
            self.error = error
        finally:
            with suppress(BrokenPipeError):
                self._pipe.close()

    def stop(self) -> None:
        """After the program's death: a blocked write fails by itself, an iterator that blocks is left alone."""
        self._stopped = True
        self._thread.join(timeout=5)


class Lines:
    """The last lines of a stream of text. ffmpeg separates status lines by carriage returns."""

    def __init__(self, on_line: OnLine | None) -> None:
        self.tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._on_line = on_line
        self._rest = b""

    def feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).replace(b"\r", b"\n").split(b"\n")
        self._rest = self._rest[:_LINE_LENGTH]
        for line in lines:
            self._add(line)

    def close(self) -> None:
        self._add(self._rest)
        self._rest = b""

    def _add(self, line: bytes) -> None:
        text = line[:_LINE_LENGTH].decode("utf-8", "replace").rstrip()
        if text:
            self.tail.append(text)
            if self._on_line:
                self._on_line(text)
