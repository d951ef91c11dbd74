"""The guarded client: redirects by hand, idle connections kept. Retrying is the caller's business."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.errors import TooManyRedirects
from stepcoder.net.response import Answer, Response
from stepcoder.net.sockets import TOTAL_SECONDS, Bounds, Resolver
from stepcoder.net.urls import Url

if TYPE_CHECKING:
    from urllib3.connection import HTTPConnection

REDIRECTS = frozenset({301, 302, 303, 307, 308})
# Only these cross to another origin with a redirect; anything else may be a customer's secret.
HARMLESS_HEADERS = frozenset({"accept", "accept-encoding", "if-match", "if-range", "range", "user-agent"})


@dataclass(frozen=True)
class Limits:
    """Bounds of every exchange, in seconds and bytes."""

    connect: float = 10
    read: float = 30
    total: float = TOTAL_SECONDS
    header_bytes: int = 64 * 1024
    redirects: int = 5
    idle_connections: int = 8


class Client:
    """Safe to share between threads. `resolve` has the signature of `socket.getaddrinfo`."""

    def __init__(
        self, policy: AddressPolicy | None = None, *, limits: Limits | None = None, resolve: Resolver | None = None
    ) -> None:
        self.policy = policy or AddressPolicy()
        self.limits = limits or Limits()
        self._resolve = resolve or socket.getaddrinfo
        self._idle: list[tuple[str, HTTPConnection]] = []
        self._lock = threading.Lock()

    def open(
        self,
        url: str | Url,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        follow: bool = True,
        timeout: float | None = None,
    ) -> Response:
        """Send one request and follow its redirects (each hop is checked anew) until an answer's headers are here.

        `timeout` bounds the whole exchange including the body, in seconds (default: limits.total). An answer of any
        status is returned. Raises NetError.
        """
        target = url if isinstance(url, Url) else Url.parse(url)
        deadline = time.monotonic() + (self.limits.total if timeout is None else timeout)
        given = dict(headers or {})
        for _ in range(self.limits.redirects + 1):
            response = self._exchange(target, method, given, body, deadline)
            location = response.headers.get("Location")
            if not follow or response.status not in REDIRECTS or not location:
                return response
            response.close()
            onward = target.join(location)
            if onward.origin != target.origin:
                given = {name: value for name, value in given.items() if name.lower() in HARMLESS_HEADERS}
            if method != "GET":
                method, body = ("HEAD" if method == "HEAD" else "GET"), None
            target = onward
        raise TooManyRedirects(f"{target} was reached after more than {self.limits.redirects} redirects.")

    def fetch_range(
        self, url: str | Url, start: int, length: int, *, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Ask for `length` bytes from offset `start`. A 200 with the whole file is a possible answer, too."""
        return self.open(url, headers={**(headers or {}), "Range": f"bytes={start}-{start + length - 1}"})

    def post(
        self,
        url: str | Url,
        body: bytes,
        headers: Mapping[str, str] | None = None,
        timeout: float = 15,
        *,
        body_limit: int = 4096,
    ) -> Answer:
        """Post a webhook. Redirects are answers like any other; only the first `body_limit` bytes are read."""
        with self.open(url, method="POST", headers=headers, body=body, follow=False, timeout=timeout) as response:
            return Answer(response.status, dict(response.headers), response.head(body_limit))

    def close(self) -> None:
        """Close idle connections; the client stays usable."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _, connection in idle:
            connection.close()

    def _exchange(
        self, url: Url, method: str, headers: Mapping[str, str], body: bytes | None, deadline: float
    ) -> Response:
        from stepcoder.net.connections import bind
        from stepcoder.net.faults import as_net_error

        bounds = Bounds(self.limits.read, deadline, self.limits.header_bytes)
        connection = self._connection(url)
        try:
            bounds.seconds()
            bind(connection, bounds)
            if connection.sock is None:
                connection.connect()
                bind(connection, bounds)
            connection.request(
                method, url.target, body, _wire_headers(url, headers), preload_content=False, decode_content=False
            )
            raw = connection.getresponse()
        except Exception as error:
            connection.close()
            raise as_net_error(error, url) from error
        bounds.header_budget = None
        return Response(raw, url, self._returner(url, connection))

    def _connection(self, url: Url) -> HTTPConnection:
        from stepcoder.net.connections import new_connection

        with self._lock:
            for position in range(len(self._idle) - 1, -1, -1):
                origin, connection = self._idle[position]
                if origin == url.origin:
                    del self._idle[position]
                    if connection.is_connected:
                        return connection
                    connection.close()
        return new_connection(
            url.scheme,
            url.host,
            url.port,
            policy=self.policy,
            resolve=self._resolve,
            connect_timeout=self.limits.connect,
        )

    def _returner(self, url: Url, connection: HTTPConnection) -> Callable[[bool], None]:
        def finish(reusable: bool) -> None:
            dropped: HTTPConnection | None = connection
            if reusable and connection.sock is not None:
                with self._lock:
                    self._idle.append((url.origin, connection))
                    dropped = self._idle.pop(0)[1] if len(self._idle) > self.limits.idle_connections else None
            if dropped is not None:
                dropped.close()

        return finish


def _wire_headers(url: Url, given: Mapping[str, str]) -> dict[str, str]:
    # identity: ranges and lengths must count the file's own bytes.
    headers = {"User-Agent": "Stepcoder", "Accept": "*/*", "Accept-Encoding": "identity"}
    authorization = url.authorization
    if authorization:
        headers["Authorization"] = authorization
    for name, value in given.items():
        headers = {kept: text for kept, text in headers.items() if kept.lower() != name.lower()}
        headers[name] = value
    return {**{kept: text for kept, text in headers.items() if kept.lower() != "host"}, "Host": url.host_header}
