"""The body of one HTTP request as a stream: ends where its framing says. Nothing about headers or answers."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any


class BodyReader(io.RawIOBase):
    """The request's body: ends where Content-Length (or the last chunk) says, and asks for it only when first read."""

    def __init__(self, stream: io.BufferedIOBase, length: int, chunked: bool, before: Callable[[], None]) -> None:
        self._stream, self.chunked, self._before = stream, chunked, before
        self.left = 0 if chunked else length
        self.finished = not chunked and length == 0
        self.started = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self.finished and not self.started:
            self.started = True
            self._before()
        if self.chunked and self.left == 0 and not self.finished:
            self._next_chunk()
        if self.finished:
            return 0
        block = self._stream.read(min(len(buffer), self.left))
        if not block:
            raise ConnectionResetError("the client stopped in the middle of its body")
        buffer[: len(block)] = block
        self._took(len(block))
        return len(block)

    def _took(self, count: int) -> None:
        self.left -= count
        if self.chunked and self.left == 0:
            self._stream.readline(8)
        elif self.left == 0:
            self.finished = True

    def _next_chunk(self) -> None:
        try:
            size = int(self._stream.readline(1024).split(b";")[0].strip() or b"0", 16)
        except ValueError as broken:
            raise ConnectionResetError("the client's chunks have no sizes") from broken
        if size < 0:
            raise ConnectionResetError("the client's chunks have no sizes")
        if size == 0:
            while self._stream.readline(8192).strip():
                continue
            self.finished = True
        self.left = size
