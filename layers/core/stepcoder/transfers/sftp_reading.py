"""Reading a file over SFTP with many requests on the way at once, and no more than those in memory.

paramiko's own read-ahead (SFTPFile.prefetch and readv) sends its requests from a thread, and takes itself for done when
that thread is slower than the server: what arrives afterwards stays in memory as long as the file is open. So requests
are sent here, by the means that its SFTPFile has for them.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from stepcoder import net

if TYPE_CHECKING:
    from paramiko import SFTPClient, SFTPFile

# One request's bytes, which every server grants; and how many requests are sent before the first is answered.
_PART = 32 * 1024
_AHEAD = 128
_PIECE = 1024 * 1024


class Reader:
    """One file that is open. Raises CutShort, and what paramiko raises."""

    def __init__(self, client: SFTPClient, file: SFTPFile) -> None:
        self._client: Any = client
        self._handle = file.handle
        self._came: dict[int, bytes] = {}

    def pieces(self, start: int, end: int) -> Generator[bytes]:
        """The bytes from `start` to `end`, in pieces of at most 1 MiB."""
        piece = bytearray()
        try:
            for part in self._parts(start, end):
                piece += part
                if len(piece) >= _PIECE:
                    yield bytes(piece)
                    piece.clear()
        except Exception:
            # What came before it broke need not come again.
            if piece:
                yield bytes(piece)
            raise
        if piece:
            yield bytes(piece)

    def _parts(self, start: int, end: int) -> Generator[bytes]:
        asked: deque[tuple[int, int, int]] = deque()
        position = start
        while asked or position < end:
            while position < end and len(asked) < _AHEAD:
                size = min(_PART, end - position)
                asked.append((self._ask(position, size), position, size))
                position += size
            number, offset, size = asked.popleft()
            part = self._answer(number)
            # Servers may answer with fewer bytes than they were asked for; none at all is the end of the file.
            while len(part) < size and (more := self._answer(self._ask(offset + len(part), size - len(part)))):
                part += more
            yield part
            if len(part) < size:
                raise net.CutShort("The server ended the file early.")

    def _ask(self, offset: int, size: int) -> int:
        from paramiko.sftp import CMD_READ, int64

        number: int = self._client._async_request(self, CMD_READ, self._handle, int64(offset), size)
        return number

    def _answer(self, number: int) -> bytes:
        while number not in self._came:
            self._client._read_response()
        return self._came.pop(number)

    def _async_response(self, kind: int, message: Any, number: int) -> None:
        """Called by paramiko for each answer to what `_ask` sent."""
        from paramiko.sftp import CMD_DATA

        if kind == CMD_DATA:
            self._came[number] = message.get_string()
            return
        try:
            self._client._convert_status(message)
        except EOFError:
            self._came[number] = b""
