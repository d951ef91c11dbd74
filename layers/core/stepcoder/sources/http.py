"""Inputs behind http and https, read through the guarded client: ranges, resuming, and noticing a changed file."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stepcoder import net
from stepcoder.errors import InputError
from stepcoder.net.tries import Pause, Tries
from stepcoder.sources import failures
from stepcoder.sources.protocol import UNKNOWN_SIZE
from stepcoder.sources.sniff import SNIFF_BYTES

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)\Z")
_PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_WORTH_NEW_TRIES = 1024 * 1024


class _TryAnotherTime(net.NetError):
    """An answer that may be better next time; carries what to say if it isn't."""

    passing = True

    def __init__(self, failure: Exception) -> None:
        super().__init__(str(failure))
        self.failure = failure


class _Version(NamedTuple):
    """What tells two versions of a file apart: a strong ETag, the time of the last change, both or neither."""

    etag: str | None
    modified: str | None

    @classmethod
    def of(cls, response: net.Response) -> _Version:
        etag = response.headers.get("ETag", "")
        return cls(etag if etag.startswith('"') else None, response.headers.get("Last-Modified") or None)

    @classmethod
    def pinned(cls, text: str) -> _Version:
        return cls(text, None) if text.startswith('"') else cls(None, text)

    def differs_from(self, other: _Version) -> bool:
        """Like is compared with like: some servers leave one of the two out of partial answers."""
        if self.etag and other.etag:
            return self.etag != other.etag
        return bool(self.modified and other.modified and self.modified != other.modified)


class HttpSource:
    """A file on a web server. Opening it asks for the first bytes, which tells size, ranges and version.

    `headers` go with every request to the URL's own origin. `pinned` is the `etag` an earlier opening saw: a file
    that changed since is refused. Raises InputError.
    """

    costly_ranges = False

    def __init__(
        self,
        url: str,
        client: net.Client,
        *,
        headers: Mapping[str, str] | None = None,
        pinned: str | None = None,
        pause: Pause = time.sleep,
    ) -> None:
        self._client, self._headers, self._pause = client, dict(headers or {}), pause
        try:
            self._asked = net.Url.parse(url)
        except net.BadUrl as error:
            raise InputError("InvalidFilePathError", str(error)) from error
        self._found: net.Url | None = None  # where redirects led; asked first from then on
        self.url = str(self._asked)
        self.size = UNKNOWN_SIZE
        self._version = _Version(None, None)
        self.content_type: str | None = None
        self.supports_ranges = False
        self.head = b""
        self._learn()
        if pinned is not None and self._version.differs_from(_Version.pinned(pinned)):
            raise failures.changed(self.url)

    @property
    def etag(self) -> str | None:
        return self._version.etag or self._version.modified

    def read_range(self, offset: int, length: int) -> bytes:
        if self.supports_ranges:
            return b"".join(self.stream(offset, length))
        if offset + length > len(self.head) and len(self.head) == SNIFF_BYTES:
            raise ValueError("this source cannot be read by range; stage it first")
        return self.head[offset : offset + length]

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        if not self.supports_ranges and (offset or length is not None):
            raise ValueError("this source cannot be read by range; stage it first")
        end = self.size if length is None or not self.supports_ranges else min(offset + length, self.size)
        position, counted, tries = offset, offset, Tries(self._pause)
        while end == UNKNOWN_SIZE or position < end:
            try:
                for piece in self._pieces(position, end):
                    position += len(piece)
                    yield piece
                    if position - counted >= _WORTH_NEW_TRIES:
                        tries.progressed()
                        counted = position
                return
            except net.NetError as error:
                if not error.passing or not tries.again():
                    raise self._failure(error) from error

    def _pieces(self, start: int, end: int) -> Iterator[bytes]:
        """One try at the bytes from `start` to `end`. Raises NetError or InputError."""
        if self.supports_ranges:
            with self._ask(f"bytes={start}-{end - 1}") as response:
                self._check_range(response, start, end)
                yield from _exactly(response, end - start)
            return
        with self._ask(None) as response:
            self._check_version(response)
            # Resuming without ranges: everything is sent again, and what we have already is skipped.
            yield from _after(response, start, self.size)

    def _learn(self) -> None:
        tries = Tries(self._pause)
        while True:
            try:
                with self._ask(f"bytes=0-{SNIFF_BYTES - 1}") as response:
                    return self._note(response)
            except net.NetError as error:
                if not error.passing or not tries.again():
                    raise self._failure(error) from error

    def _note(self, response: net.Response) -> None:
        if response.status == 416:
            # Only an empty file has no first bytes.
            self.size, self.supports_ranges = 0, True
            return
        found = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
        self.content_type = response.headers.get("Content-Type")
        self._version = _Version.of(response)
        if response.status == 206 and found and found[1] == "0" and found[3] != "*":
            self.size, self.supports_ranges = int(found[3]), True
        elif response.status == 200 and response.length is not None:
            self.size = response.length
        self.head = response.head(SNIFF_BYTES)

    def _ask(self, wanted: str | None) -> net.Response:
        """An answer of 200, 206 or 416. Raises NetError, InputError for other statuses."""
        headers = {**self._headers, **({"Range": wanted} if wanted else {})}
        # Where a redirect led may be a link that expires: when it stops working, ask at the front door again.
        found, self._found = self._found, None
        if found is not None:
            response = self._client.open(found, headers=self._headers_for(found, headers))
            if response.status in (200, 206, 416):
                self._found = found
                return response
            response.close()
        response = self._client.open(self._asked, headers=headers)
        if response.status in (200, 206, 416):
            self._found = response.url if response.url != self._asked else None
            return response
        response.close()
        failure = failures.from_status(response.status, response.url)
        raise _TryAnotherTime(failure) if response.status in _PASSING_STATUS else failure

    def _headers_for(self, url: net.Url, headers: dict[str, str]) -> dict[str, str]:
        if url.origin == self._asked.origin:
            return headers
        return {name: value for name, value in headers.items() if name == "Range"}

    def _check_range(self, response: net.Response, start: int, end: int) -> None:
        if response.status == 416:
            raise failures.changed(self.url)
        self._check_version(response)
        found = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
        if response.status == 200 and start == 0 and response.length == self.size:
            return
        if response.status != 206 or not found or int(found[1]) != start:
            raise net.BrokenResponse(f"The server of {self.url} did not send the part of the file it was asked for.")
        if found[3] not in ("*", str(self.size)) or int(found[2]) >= end:
            raise failures.changed(self.url)

    def _check_version(self, response: net.Response) -> None:
        """Compare instead of sending If-Range or If-Match: the effect is the same, and every server can do it."""
        if self._version.differs_from(_Version.of(response)):
            raise failures.changed(self.url)

    def _failure(self, error: net.NetError) -> Exception:
        return error.failure if isinstance(error, _TryAnotherTime) else failures.from_net(error, self._asked)


def _exactly(response: net.Response, length: int) -> Iterator[bytes]:
    """`length` bytes of the body; fewer are a broken answer, more are cut off."""
    left = length
    for piece in response.stream():
        yield piece[:left]
        left -= len(piece)
        if left < 0:
            return
    if left > 0:
        raise net.CutShort("The server ended its answer early.")


def _after(response: net.Response, skip: int, size: int) -> Iterator[bytes]:
    """The body without its first `skip` bytes; checks the total when the size is known."""
    position = 0
    for piece in response.stream():
        kept = piece[max(0, skip - position) :]
        position += len(piece)
        if kept:
            yield kept
    if size != UNKNOWN_SIZE and position < size:
        raise net.CutShort("The server ended its answer early.")
