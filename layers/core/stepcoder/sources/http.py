"""Inputs behind http and https, read through the guarded client: ranges, resuming, and noticing a changed file."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

from stepcoder import net
from stepcoder.errors import InputError
from stepcoder.net.tries import PassingFault, Pause, Tries, resumed
from stepcoder.sources import failures
from stepcoder.sources.protocol import UNKNOWN_SIZE
from stepcoder.sources.sniff import SNIFF_BYTES

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)\Z")
_PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
# Servers may send less of a range than was asked for, but not by spoonfuls.
_LEAST_PART = 64 * 1024
_COMPRESSED = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress"})


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
        end = self.size if length is None else min(offset + length, self.size)
        once = (lambda position: self._parts(position, end)) if self.supports_ranges else self._whole
        yield from resumed(once, offset, Tries(self._pause))

    def _parts(self, start: int, end: int) -> Iterator[bytes]:
        """One try at the bytes from `start` to `end`. Raises PassingFault, InputError."""
        while start < end:
            with self._named_failures(), self._ask(f"bytes={start}-{end - 1}") as response:
                sent = self._end_of_part(response, start, end)
                yield from _exactly(response, sent - start)
            start = sent

    def _whole(self, start: int) -> Iterator[bytes]:
        """Resuming without ranges: everything is sent again, and what we have already is skipped."""
        with self._named_failures(), self._ask(None) as response:
            self._check_version(response)
            if response.length is not None and self.size not in (response.length, UNKNOWN_SIZE):
                raise failures.changed(self.url)
            yield from _after(response, start, self.size)

    def _learn(self) -> None:
        tries = Tries(self._pause)
        while True:
            try:
                return self._look()
            except PassingFault as fault:
                if not tries.again():
                    raise fault.failure from fault

    def _look(self) -> None:
        with self._named_failures():
            with self._ask(f"bytes=0-{SNIFF_BYTES - 1}") as response:
                if response.status != 416:
                    self._note(response)
                    return
            # An empty file has no first bytes, and some servers want to hear of no range at all.
            with self._ask(None) as response:
                self._note(response)

    def _note(self, response: net.Response) -> None:
        found = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
        self.content_type = response.headers.get("Content-Type")
        self._version = _Version.of(response)
        if response.status == 206 and found and found[1] == "0" and found[3] != "*":
            self.size, self.supports_ranges = int(found[3]), True
        elif response.status == 200 and response.length is not None:
            self.size = response.length
        self.head = response.head(SNIFF_BYTES)

    def _ask(self, wanted: str | None) -> net.Response:
        """An answer of 200, for a range also 206 or 416. Raises NetError, PassingFault, InputError."""
        headers = {**self._headers, **({"Range": wanted} if wanted else {})}
        good = (200, 206, 416) if wanted else (200,)
        # Where a redirect led may be a link that expires: when it stops working, ask at the front door again.
        found, self._found = self._found, None
        if found is not None:
            response = self._client.open(found, headers=self._headers_for(found, headers))
            if response.status in good:
                self._found = found
                return self._uncompressed(response)
            response.close()
        response = self._client.open(self._asked, headers=headers)
        if response.status in good:
            self._found = response.url if response.url != self._asked else None
            return self._uncompressed(response)
        response.close()
        failure = failures.from_status(response.status, response.url)
        raise PassingFault(failure) if response.status in _PASSING_STATUS else failure

    def _uncompressed(self, response: net.Response) -> net.Response:
        """As it was asked for; the bytes of something else are neither the file's nor counted like them."""
        coding = response.headers.get("Content-Encoding", "").strip().lower()
        if coding in _COMPRESSED:
            response.close()
            raise failures.compressed(self.url, coding)
        return response

    def _headers_for(self, url: net.Url, headers: dict[str, str]) -> dict[str, str]:
        if url.origin == self._asked.origin:
            return headers
        return {name: value for name, value in headers.items() if name == "Range"}

    def _end_of_part(self, response: net.Response, start: int, end: int) -> int:
        """Up to where an answer brings the bytes from `start` on; `end` at most."""
        if response.status == 416:
            raise failures.changed(self.url)
        self._check_version(response)
        found = _CONTENT_RANGE.match(response.headers.get("Content-Range", ""))
        if response.status == 200 and start == 0 and response.length == self.size:
            return end
        if response.status == 206 and found and int(found[1]) == start:
            if found[3] not in ("*", str(self.size)):
                raise failures.changed(self.url)
            sent = min(int(found[2]) + 1, end)
            if sent - start >= min(end - start, _LEAST_PART):
                return sent
        raise net.BrokenResponse(f"The server of {self.url} did not send the part of the file it was asked for.")

    def _check_version(self, response: net.Response) -> None:
        """Compare instead of sending If-Range or If-Match: the effect is the same, and every server can do it."""
        if self._version.differs_from(_Version.of(response)):
            raise failures.changed(self.url)

    @contextmanager
    def _named_failures(self) -> Iterator[None]:
        try:
            yield
        except net.NetError as error:
            failure = failures.from_net(error, self._asked)
            raise (PassingFault(failure) if error.passing else failure) from error


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
        if size != UNKNOWN_SIZE and position > size:
            raise net.BrokenResponse("The server sent more than it had announced.")
        if kept:
            yield kept
    if size != UNKNOWN_SIZE and position < size:
        raise net.CutShort("The server ended its answer early.")
