"""A small threaded HTTP/1.1 server for WSGI applications: keep-alive, streamed bodies, 100-continue when the body is
wanted, files sent by the kernel. No routing and no knowledge of what is served.

Why not werkzeug's: it closes every connection after one answer and lingers 10 ms on each.
"""

from __future__ import annotations

import io
import logging
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, BinaryIO
from urllib.parse import unquote, urlsplit

from .request_body import BodyReader

log = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]

CONNECTION_SECONDS = 600
DRAIN_BYTES = 1 << 20
_BODILESS = frozenset({204, 304})


class FileSlice:
    """A response body that is `length` bytes of an open file from `start`; the server closes the file."""

    def __init__(self, file: BinaryIO, start: int, length: int) -> None:
        self.file, self.start, self.length = file, start, length

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self.start)
        left = self.length
        while left > 0 and (block := self.file.read(min(left, 1 << 18))):
            left -= len(block)
            yield block

    def close(self) -> None:
        self.file.close()


class Handler(BaseHTTPRequestHandler):
    """One connection: requests in turn, each given to the server's application."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = CONNECTION_SECONDS
    server: AppServer

    def log_message(self, format: str, *args: Any) -> None:
        log.debug(format, *args)

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def handle_expect_100(self) -> bool:
        return True  # said later, if the application reads the body

    def serve(self) -> None:
        try:
            body = self._body()
            environ = self._environ(body)
        except ValueError:
            self.send_error(400)
            return
        answer: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> None:
            answer.update(status=status, headers=headers)

        try:
            chunks = self.server.app(environ, start_response)
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            log.exception("%s %s failed", self.command, self.path)
            answer, chunks = {"status": "500 Internal Server Error", "headers": []}, [b"internal error\n"]
        try:
            self._answer(answer["status"], answer["headers"], chunks, body)
        finally:
            if hasattr(chunks, "close"):
                chunks.close()

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = do_PATCH = serve

    def _body(self) -> BodyReader:
        """Raises ValueError where the headers don't tell how long it is."""
        chunked = "chunked" in self.headers.get("Transfer-Encoding", "").lower()
        length = self.headers.get("Content-Length") or "0"
        if not (length.isascii() and length.isdigit() and len(length) < 16):
            raise ValueError("not a length")
        return BodyReader(self.rfile, int(length), chunked, self._say_continue)

    def _say_continue(self) -> None:
        if self.headers.get("Expect", "").lower() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.wfile.flush()

    def _environ(self, body: BodyReader) -> Environ:
        url = urlsplit(self.path if not self.path.startswith("//") else "/" + self.path.lstrip("/"))
        host, port = self.server.server_address[:2]
        environ: Environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote(url.path, "latin-1"),
            "QUERY_STRING": url.query,
            "RAW_URI": self.path,
            "REQUEST_URI": self.path,
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BufferedReader(body, 1 << 16),
            "wsgi.input_terminated": True,
            "wsgi.errors": _Errors(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            if "_" not in name:
                key = name.upper().replace("-", "_")
                key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
                environ[key] = f"{environ[key]},{value}" if key in environ else value
        return environ

    def _answer(self, status: str, headers: list[tuple[str, str]], chunks: Any, body: BodyReader) -> None:
        code = int(status.split(" ", 1)[0])
        names = {name.lower() for name, _ in headers}
        whole = chunks if isinstance(chunks, (list, tuple)) else None
        silent = self.command == "HEAD" or code in _BODILESS
        if whole is not None and "content-length" not in names and not silent:
            headers = [*headers, ("Content-Length", str(sum(map(len, whole))))]
            names.add("content-length")
        chunked = "content-length" not in names and not silent
        self.send_response(code, status.split(" ", 1)[1] if " " in status else None)
        for name, value in headers:
            if name.lower() not in ("date", "server", "connection"):
                self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        if not self._reusable(body):
            self.send_header("Connection", "close")
        self.end_headers()
        if not silent:
            self._send(chunks, chunked)
        self.wfile.flush()

    def _reusable(self, body: BodyReader) -> bool:
        """Whether the next request can follow: an unread body is read away if small, else the connection ends."""
        if body.finished:
            return True
        expected = not body.started and "Expect" in self.headers
        if not expected and not body.chunked and body.left <= DRAIN_BYTES:
            while body.read(1 << 16):
                continue
            return True
        self.close_connection = True
        return False

    def _send(self, chunks: Any, chunked: bool) -> None:
        if isinstance(chunks, FileSlice) and not chunked:
            self.wfile.flush()
            self.connection.sendfile(chunks.file, chunks.start, chunks.length)
            return
        for block in chunks:
            if chunked and block:
                self.wfile.write(b"%x\r\n%b\r\n" % (len(block), block))
            elif block:
                self.wfile.write(block)
        if chunked:
            self.wfile.write(b"0\r\n\r\n")


class _Errors(io.TextIOBase):
    """wsgi.errors that goes to the log."""

    def write(self, text: str) -> int:
        if text.strip():
            log.warning("%s", text.rstrip())
        return len(text)


class AppServer(ThreadingHTTPServer):
    """Serves one WSGI application from its own thread until stopped."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, host: str, port: int, app: WsgiApp) -> None:
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), Handler)
        self.app = app

    def server_bind(self) -> None:
        # HTTPServer.server_bind looks the host name up, which can take seconds without a network.
        socket.socket.setsockopt(self.socket, socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    @property
    def port(self) -> int:
        return self.server_port

    def start(self, name: str) -> AppServer:
        threading.Thread(target=self.serve_forever, args=(0.2,), name=name, daemon=True).start()
        return self

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        log.debug("connection from %s broke", client_address, exc_info=True)
