"""A stream of bytes as the file that libraries want to send from. It knows no store."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stepcoder.errors import OutputError


class Outgoing:
    """Reads what `body` yields and tells `on_bytes` of each piece. Holds one piece, never more than two.

    A body of another length than `size` raises OutputError before its last byte is given away. `failure` is what was
    raised while reading: libraries take it for a failure of the network.
    """

    def __init__(self, body: Iterator[bytes], on_bytes: Callable[[int], None], size: int | None = None) -> None:
        self._body, self._on_bytes, self._size = body, on_bytes, size
        self._piece = memoryview(b"")
        self._fetched = 0
        self.taken = 0
        self.failure: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        """At most `size` bytes, fewer where the piece ends; b"" at the end. A negative size means the whole piece."""
        if not self._more():
            return b""
        if size < 0:
            size = len(self._piece)
        taken, self._piece = bytes(self._piece[:size]), self._piece[size:]
        self.taken += len(taken)
        return taken

    def read_all(self, size: int) -> bytes:
        """Exactly `size` bytes, or fewer at the end."""
        held = bytearray()
        while len(held) < size and (piece := self.read(size - len(held))):
            held += piece
        return bytes(held)

    def part(self, most: int) -> Part:
        """The next `most` bytes, or fewer at the end, as a file of their own."""
        return Part(self, most)

    @property
    def ended(self) -> bool:
        """Whether nothing is left. It may have to fetch the next piece to know."""
        return not self._more()

    def put_back(self, beginning: bytes) -> None:
        """Bytes that were read and shall be read again, before the rest."""
        self.taken -= len(beginning)
        self._piece = memoryview(beginning + self._piece)

    def _more(self) -> bool:
        try:
            while not self._piece:
                piece = next(self._body, None)
                if piece is None:
                    self._check_size(at_end=True)
                    return False
                self._fetched += len(piece)
                self._check_size(at_end=False)
                self._on_bytes(len(piece))
                self._piece = memoryview(piece)
        except BaseException as error:
            self.failure = error
            raise
        return True

    def _check_size(self, *, at_end: bool) -> None:
        """Whoever announced a size would wait for the rest, or store a file that is cut off."""
        if self._size is None or (self._fetched < self._size and not at_end):
            return
        if self._fetched == self._size:
            beyond = next((piece for piece in self._body if piece), None)
            if beyond is None:
                return
        raise OutputError(
            "UnexpectedUploadProblemError", f"The file to be sent does not have the {self._size} bytes it should have."
        )


class Part:
    """The next bytes of an Outgoing, up to so many of them."""

    def __init__(self, whole: Outgoing, most: int) -> None:
        self._whole, self._left = whole, most
        self.taken = 0

    @property
    def failure(self) -> BaseException | None:
        return self._whole.failure

    def read(self, size: int = -1) -> bytes:
        """As for Outgoing."""
        if self._left == 0:
            return b""
        piece = self._whole.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(piece)
        self.taken += len(piece)
        return piece
