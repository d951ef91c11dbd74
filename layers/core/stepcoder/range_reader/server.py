"""The HTTP/1.1 side of the loopback server: GET and HEAD with ranges. Where the bytes come from is served.py."""

from __future__ import annotations

import re
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from stepcoder.range_reader.served import Served
from stepcoder.sources.protocol import UNKNOWN_SIZE

_SEND_BUFFER = 128 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")


class Library(Protocol):
    """Who knows the paths, and wants to know what went wrong upstream."""

    def find(self, path: str) -> Served | None: ...
    def note(self, error: BaseException) -> None: ...


class Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close() waits for threads that are no daemons
    block_on_close = True

    def __init__(self, library: Library) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.library = library
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Wake every handler that waits for ffmpeg."""
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # ffmpeg was faster

    def handle_error(self, request: Any, client_address: Any) -> None:
        """ffmpeg hangs up whenever it seeks; anything else is noted."""
        error = sys.exception()
        if error is not None and not isinstance(error, OSError):
            self.library.note(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "Stepcoder"
    sys_version = ""
    disable_nagle_algorithm = True
    server: Server

    def setup(self) -> None:
        super().setup()
        # What lies in the socket when ffmpeg hangs up was read upstream for nothing; left alone it grows to megabytes.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)

    def do_GET(self) -> None:
        served = self.server.library.find(self.path)
        if served is None:
            return self._plain(404)
        wanted = _wanted(self.headers.get("Range"), served.size)
        if wanted is None:
            return self._plain(416, f"bytes */{served.size}")
        start, end, partial = wanted
        if self.command == "HEAD" or served.size == 0:
            return self._begin(served.size, start, end, partial)
        try:
            pieces = served.pieces(start, end)
            # Before the status line: a source that can't be read at all should not look like one that broke off.
            first = next(pieces, b"")
        except BaseException as error:
            self.server.library.note(error)
            return self._plain(502)
        self._begin(served.size, start, end, partial)
        return self._send(first, pieces)

    do_HEAD = do_GET

    def _send(self, first: bytes, rest: Iterator[bytes]) -> None:
        try:
            self.wfile.write(first)
            while (piece := self._next(rest)) is not None:
                self.wfile.write(piece)
        except OSError:
            self.close_connection = True  # ffmpeg has seen enough
        finally:
            close = getattr(rest, "close", None)
            if close:
                close()

    def _next(self, pieces: Iterator[bytes]) -> bytes | None:
        """The next piece; None at the end, and also (with the connection cut) when the source failed."""
        try:
            return next(pieces, None)
        except BaseException as error:
            self.server.library.note(error)
            self._reset()
            return None

    def _reset(self) -> None:
        """Break the connection off instead of closing it: a stream without length would just seem to be complete."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def _begin(self, size: int, start: int, end: int, partial: bool) -> None:
        self.send_response(206 if partial else 200)
        self.send_header("Content-Type", "application/octet-stream")
        if size == UNKNOWN_SIZE:
            self.send_header("Accept-Ranges", "none")
            self.send_header("Connection", "close")
        else:
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(end - start))
        if partial:
            self.send_header("Content-Range", f"bytes {start}-{end - 1}/{size}")
        self.end_headers()

    def _plain(self, status: int, content_range: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        if content_range:
            self.send_header("Content-Range", content_range)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the path is a secret, and ffmpeg's requests are no news."""


def _wanted(header: str | None, size: int) -> tuple[int, int, bool] | None:
    """(start, end, partial) of a request; None when the range lies outside the file (416)."""
    found = _RANGE.match(header.strip()) if header and size != UNKNOWN_SIZE else None
    if not found or not (found[1] or found[2]) or (found[1] and found[2] and int(found[2]) < int(found[1])):
        return 0, max(size, 0), False
    if not found[1]:
        length = int(found[2])
        return (max(0, size - length), size, True) if length and size else None
    start = int(found[1])
    end = min(int(found[2]) + 1, size) if found[2] else size
    return (start, end, True) if start < size else None
