"""Loopback web servers that behave, misbehave and remember, and name resolvers that never leave the machine."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from stepcoder.net import AddressPolicy, Client, Limits

Route = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: WebServer

    def handle_any(self) -> None:
        self.length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(self.length)
        self.server.requests.append(self)
        route = self.server.routes.get(self.path.partition("?")[0])
        if route:
            route(self)
        else:
            self.answer(404)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = handle_any

    def answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def hang_up(self) -> None:
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        pass


class WebServer(ThreadingHTTPServer):
    """`with WebServer({"/path": route}) as server: server.url("/path")`."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, routes: Mapping[str, Route] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.routes = dict(routes or {})
        self.requests: list[Handler] = []
        self.connections = 0

    def url(self, path: str = "/", host: str = "127.0.0.1", userinfo: str = "") -> str:
        return f"http://{userinfo}{host}:{self.server_port}{path}"

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def process_request(self, request: Any, client_address: Any) -> None:
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass

    def __enter__(self) -> WebServer:
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


def ranged(data: bytes, *, etag: str | None = '"one"', content_type: str = "video/mp4") -> Route:
    """A file with ranges, as a good server sends it."""

    def route(handler: Handler) -> None:
        headers = {"Content-Type": content_type, **({"ETag": etag} if etag else {})}
        wanted = handler.headers.get("Range")
        if not wanted:
            return handler.answer(200, data, headers)
        first, last = wanted.removeprefix("bytes=").split("-")
        start, end = int(first), min(int(last) + 1 if last else len(data), len(data))
        if start >= len(data):
            return handler.answer(416, b"", {"Content-Range": f"bytes */{len(data)}"})
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{len(data)}"
        return handler.answer(206, data[start:end], headers)

    return route


def whole(data: bytes, headers: Mapping[str, str] | None = None) -> Route:
    """A file from a server that knows no ranges."""
    return lambda handler: handler.answer(200, data, {"Content-Type": "video/mp4", **(headers or {})})


def status(code: int, headers: Mapping[str, str] | None = None) -> Route:
    return lambda handler: handler.answer(code, b"<html>sorry</html>", headers)


def redirect(to: str, code: int = 302) -> Route:
    return lambda handler: handler.answer(code, b"", {"Location": to})


def in_turn(*routes: Route) -> Route:
    """The first request gets the first route, and so on; the last one stays."""
    left = list(routes)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def cut_after(sent: int, route: Route) -> Route:
    """The answer of `route`, except that the connection ends after `sent` bytes of its body."""

    def cut(handler: Handler) -> None:
        write, budget, headers_done = handler.wfile.write, [sent], [False]

        def limited(data: bytes) -> int:
            if not headers_done[0]:
                headers_done[0] = True
                return write(data)
            allowed, budget[0] = data[: budget[0]], max(0, budget[0] - len(data))
            return write(allowed)

        handler.wfile.write = limited  # type: ignore[method-assign]
        route(handler)
        handler.hang_up()

    return cut


def drip(data: bytes, seconds: float, *, raw: bool = False) -> Route:
    """One byte at a time: after the headers, or (raw) from the first byte of the answer."""

    def route(handler: Handler) -> None:
        if not raw:
            handler.send_response(200)
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
        handler.hang_up()
        for position in range(len(data)):
            handler.wfile.write(data[position : position + 1])
            time.sleep(seconds)

    return route


def resolver(names: Mapping[str, list[str]] | None = None) -> Callable[..., list[tuple[Any, ...]]]:
    """Like getaddrinfo for numbers in any notation and the given names; everything else does not exist."""

    def resolve(host: str, port: int, *_: object) -> list[tuple[Any, ...]]:
        plain = host.encode("idna").decode().rstrip(".").lower()
        addresses = (names or {}).get(plain, [plain])
        found: list[tuple[Any, ...]] = []
        for address in addresses:
            found += socket.getaddrinfo(address, port, 0, socket.SOCK_STREAM, 0, socket.AI_NUMERICHOST)
        return found

    return resolve


def client(allow: str = "127.0.0.1", *, names: Mapping[str, list[str]] | None = None, **limits: Any) -> Client:
    """A client that reaches loopback servers, quick to give up."""
    bounds = Limits(**{"connect": 2, "read": 2, "total": 10, **limits})
    return Client(AddressPolicy.parse(allow), limits=bounds, resolve=resolver(names))
