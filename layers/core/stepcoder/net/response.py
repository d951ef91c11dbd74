"""One answer of a customer's server: status, headers, and a body read in bounded pieces. No requests are made here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stepcoder.net.errors import ResponseTooLarge
from stepcoder.net.urls import Url

if TYPE_CHECKING:
    from urllib3.response import BaseHTTPResponse

_READ_SIZE = 256 * 1024


@dataclass(frozen=True)
class Answer:
    """A webhook's answer: `body` is only the beginning of what was sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Response:
    """A response whose body has not been read. Close it, or use it as a context manager; both are safe to repeat.

    `url` is where the answer came from after redirects. `headers` look names up in any case.
    """

    def __init__(self, raw: BaseHTTPResponse, url: Url, finish: Callable[[bool], None]) -> None:
        self.status = raw.status
        self.headers: Mapping[str, str] = raw.headers
        self.url = url
        self._raw = raw
        self._finish: Callable[[bool], None] | None = finish

    @property
    def length(self) -> int | None:
        """The announced length of the body in bytes, or None."""
        text = self.headers.get("Content-Length", "")
        return int(text) if text.isascii() and text.isdigit() and "Transfer-Encoding" not in self.headers else None

    def stream(self) -> Iterator[bytes]:
        """The body in pieces of at most 256 KiB. Raises BrokenResponse, CutShort, TimedOut."""
        from stepcoder.net.faults import as_net_error

        try:
            # read1, not read: each call returns after one receive, so that the deadline is looked at every time.
            while piece := self._raw.read1(_READ_SIZE):
                yield piece
        except Exception as error:
            self.close()
            raise as_net_error(error, self.url) from error
        except GeneratorExit:
            self.close()
            raise
        self._done(reusable=True)

    def read(self, limit: int) -> bytes:
        """The whole body. Raises ResponseTooLarge beyond `limit` bytes, and what `stream` raises."""
        body = bytearray()
        for piece in self.stream():
            body += piece
            if len(body) > limit:
                self.close()
                raise ResponseTooLarge(f"The answer from {self.url} is larger than {limit} bytes.")
        return bytes(body)

    def head(self, limit: int) -> bytes:
        """At most the first `limit` bytes of the body; what follows is abandoned with the connection."""
        if self.length is not None and self.length <= limit:
            return b"".join(self.stream())
        body = bytearray()
        pieces = self.stream()
        while len(body) < limit and (piece := next(pieces, b"")):
            body += piece
        self.close()
        return bytes(body[:limit])

    def close(self) -> None:
        self._done(reusable=False)

    def _done(self, *, reusable: bool) -> None:
        finish, self._finish = self._finish, None
        if finish:
            finish(reusable)

    def __enter__(self) -> Response:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
