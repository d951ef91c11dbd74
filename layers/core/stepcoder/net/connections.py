"""HTTP connections over guarded sockets, within bounds of time and header size.

Loaded with the first request. Redirects and retries live above.
"""

from __future__ import annotations

from urllib3.connection import HTTPConnection, HTTPSConnection

from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.sockets import Bounded, BoundedSocket, Bounds, Resolver, open_socket
from stepcoder.net.tls import tls_context


class Guarded(HTTPConnection):
    """Opens its socket through the guard. `bounds` are those of the exchange that is under way."""

    policy: AddressPolicy
    resolve: Resolver
    connect_timeout: float
    bounds: Bounds

    def _new_conn(self) -> BoundedSocket:
        return open_socket(
            self.host,
            self.port,
            self.policy,
            self.bounds,
            connect_timeout=self.connect_timeout,
            resolve=self.resolve,
        )


class GuardedHttp(Guarded):
    pass


class GuardedHttps(Guarded, HTTPSConnection):
    pass


def new_connection(
    scheme: str, host: str, port: int, *, policy: AddressPolicy, resolve: Resolver, connect_timeout: float
) -> HTTPConnection:
    """A connection object for one origin, not yet connected. Give it Bounds with `bind` before each use."""
    connection: Guarded
    if scheme == "https":
        connection = GuardedHttps(host, port, timeout=connect_timeout, ssl_context=tls_context())
    else:
        connection = GuardedHttp(host, port, timeout=connect_timeout)
    connection.policy, connection.resolve, connection.connect_timeout = policy, resolve, connect_timeout
    return connection


def bind(connection: HTTPConnection, bounds: Bounds) -> None:
    """Put the bounds of the next exchange on a connection and on the socket it may already have."""
    connection.bounds = bounds  # type: ignore[attr-defined]
    connection.timeout = bounds.read_timeout
    if isinstance(connection.sock, Bounded):
        connection.sock.bounds = bounds
