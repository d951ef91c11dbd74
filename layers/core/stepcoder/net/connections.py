"""Sockets that connect only to checked addresses and stay within bounds of time and header size.

The only module of the room that imports urllib3; loaded with the first request. Redirects and retries live above.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from urllib3.connection import HTTPConnection, HTTPSConnection

from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.errors import BadUrl, BlockedAddress, ConnectFailed, NameNotResolved, ResponseTooLarge, TimedOut

Resolver = Callable[..., list[tuple[Any, ...]]]


@dataclass
class Bounds:
    """What is left of one exchange: seconds per read, the monotonic deadline, and bytes before the body begins."""

    read_timeout: float
    deadline: float
    header_budget: int | None

    def seconds(self, at_most: float | None = None) -> float:
        """Time the next blocking call may take. Raises TimedOut when the deadline has passed."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise TimedOut("The server took too long to complete its answer.")
        return min(left, self.read_timeout if at_most is None else at_most)

    def spend(self, received: int) -> None:
        if self.header_budget is not None:
            self.header_budget -= received
            if self.header_budget < 0:
                raise ResponseTooLarge("The server sent too many or too large headers.")


if TYPE_CHECKING:
    _Base = socket.socket
else:
    _Base = object


class _Bounded(_Base):
    """Arms the timeout anew before every receive: a plain timeout lets a server drip one byte at a time forever."""

    bounds: Bounds | None = None

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        if self.bounds is None:
            return super().recv_into(*args, **kwargs)
        self.settimeout(self.bounds.seconds())
        received = super().recv_into(*args, **kwargs)
        self.bounds.spend(received)
        return received


class BoundedSocket(_Bounded, socket.socket):
    pass


class BoundedTlsSocket(_Bounded, ssl.SSLSocket):
    pass


@cache
def tls_context() -> ssl.SSLContext:
    """The system's trust store, names checked, our socket class on top. Loading the store takes milliseconds: once."""
    context = ssl.create_default_context()
    context.sslsocket_class = BoundedTlsSocket
    return context


class _Guarded(HTTPConnection):
    """Resolve, check every address, connect to a checked one, and check the peer before a byte is sent."""

    policy: AddressPolicy
    resolve: Resolver
    connect_timeout: float
    bounds: Bounds

    def _new_conn(self) -> socket.socket:
        candidates = self._checked_addresses()
        failure: OSError | None = None
        for family, kind, protocol, _, address in candidates:
            try:
                return self._connected(family, kind, protocol, address)
            except OSError as error:
                failure = error
        if isinstance(failure, TimeoutError):
            raise TimedOut(f"The host {self.host!r} did not answer in time.") from failure
        raise ConnectFailed(f"The host {self.host!r} does not accept connections on port {self.port}.") from failure

    def _checked_addresses(self) -> list[tuple[Any, ...]]:
        try:
            found = self.resolve(self.host, self.port, 0, socket.SOCK_STREAM)
        except socket.gaierror as error:
            passing = error.errno == socket.EAI_AGAIN
            raise NameNotResolved(f"The host name {self.host!r} could not be resolved.", passing=passing) from error
        except UnicodeError as error:
            raise BadUrl(f"The host name {self.host!r} is not usable.") from error
        if not found:
            raise NameNotResolved(f"The host name {self.host!r} has no address.")
        self.policy.check(self.host, self.port, [str(entry[4][0]) for entry in found])
        return found

    def _connected(self, family: int, kind: int, protocol: int, address: Any) -> socket.socket:
        sock = BoundedSocket(family, kind, protocol)
        try:
            sock.settimeout(self.bounds.seconds(self.connect_timeout))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(address)
            peer = str(sock.getpeername()[0])
            if peer != str(address[0]):
                raise BlockedAddress(f"The connection to {self.host!r} did not end where it was meant to.", peer)
            self.policy.check(self.host, self.port, [peer])
            # TLS begins on this socket: the handshake has to end in the time left, too.
            sock.settimeout(self.bounds.seconds())
        except BaseException:
            sock.close()
            raise
        return sock


class GuardedHttp(_Guarded):
    pass


class GuardedHttps(_Guarded, HTTPSConnection):
    pass


def new_connection(
    scheme: str, host: str, port: int, *, policy: AddressPolicy, resolve: Resolver, connect_timeout: float
) -> HTTPConnection:
    """A connection object for one origin, not yet connected. Give it Bounds with `bind` before each use."""
    connection: _Guarded
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
    if isinstance(connection.sock, _Bounded):
        connection.sock.bounds = bounds
