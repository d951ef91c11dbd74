"""The one place where connections to customers' hosts begin: resolve, check every address, connect, check the peer.

Plain sockets for whatever protocol comes on top (HTTP, FTP, SSH), bounded in time; no protocol is spoken here.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.errors import BadUrl, BlockedAddress, ConnectFailed, NameNotResolved, ResponseTooLarge, TimedOut

Resolver = Callable[..., list[tuple[Any, ...]]]
TOTAL_SECONDS = 900.0  # the longest a Lambda function lives


@dataclass
class Bounds:
    """What is left of one exchange: seconds per call, the monotonic deadline, and bytes before the body begins."""

    read_timeout: float
    deadline: float
    header_budget: int | None = None

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


class Bounded(_Base):
    """Arms the timeout anew before every call: a plain one lets a server drip, or take, a byte at a time forever.

    A shorter timeout that the socket's owner set with `settimeout` stays in force.
    """

    bounds: Bounds | None = None
    _asked: float | None = None

    def settimeout(self, value: float | None) -> None:
        self._asked = value
        super().settimeout(value)

    def recv(self, *args: Any, **kwargs: Any) -> bytes:
        with self._in_time():
            return super().recv(*args, **kwargs)

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        with self._in_time():
            received = super().recv_into(*args, **kwargs)
        if self.bounds is not None:
            self.bounds.spend(received)
        return received

    def send(self, *args: Any, **kwargs: Any) -> int:
        with self._in_time():
            return super().send(*args, **kwargs)

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        with self._in_time():
            super().sendall(*args, **kwargs)

    @contextmanager
    def _in_time(self) -> Iterator[None]:
        if self.bounds is None:
            yield
            return
        asked = self.bounds.read_timeout if self._asked is None else min(self._asked, self.bounds.read_timeout)
        super().settimeout(self.bounds.seconds(asked))
        try:
            yield
        except TimeoutError:
            self.bounds.seconds()  # says so where it was the last of them
            raise


class BoundedSocket(Bounded, socket.socket):
    pass


def connect(
    host: str,
    port: int,
    policy: AddressPolicy,
    *,
    timeout: float,
    resolve: Resolver | None = None,
    total: float = TOTAL_SECONDS,
) -> BoundedSocket:
    """A connected socket, for protocols other than HTTP. `resolve` has the signature of `socket.getaddrinfo`.

    `timeout` bounds connecting and each sending and receiving, `total` the life of the connection, in seconds: when it
    is over, both raise TimedOut. A TLS socket made by `tls.tls_context` inherits both. Raises NetError.
    """
    bounds = Bounds(timeout, time.monotonic() + total)
    sock = open_socket(host, port, policy, bounds, connect_timeout=timeout, resolve=resolve or socket.getaddrinfo)
    sock.bounds = bounds
    return sock


def open_socket(
    host: str, port: int, policy: AddressPolicy, bounds: Bounds, *, connect_timeout: float, resolve: Resolver
) -> BoundedSocket:
    """The first of the host's addresses that answers, once all of them were checked. Raises NetError."""
    failure: OSError | None = None
    for family, kind, protocol, _, address in _checked_addresses(host, port, policy, resolve):
        sock = BoundedSocket(family, kind, protocol)
        try:
            sock.settimeout(bounds.seconds(connect_timeout))
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.connect(address)
            _check_peer(sock, host, port, policy, str(address[0]))
            # TLS may begin on this socket: the handshake has to end in the time left, too.
            sock.settimeout(bounds.seconds())
            return sock
        except OSError as error:
            sock.close()
            failure = error
        except BaseException:
            sock.close()
            raise
    if isinstance(failure, TimeoutError):
        raise TimedOut(f"The host {host!r} did not answer in time.") from failure
    raise ConnectFailed(f"The host {host!r} does not accept connections on port {port}.") from failure


def _checked_addresses(host: str, port: int, policy: AddressPolicy, resolve: Resolver) -> list[tuple[Any, ...]]:
    if not 0 < port < 65536:
        raise BadUrl(f"The port of the host {host!r} must be from 1 to 65535, but is {port}.")
    if not host:
        # The resolver would take it for this very machine.
        raise BadUrl("There is no host name.")
    try:
        found = resolve(host, port, 0, socket.SOCK_STREAM)
    except socket.gaierror as error:
        passing = error.errno == socket.EAI_AGAIN
        raise NameNotResolved(f"The host name {host!r} could not be resolved.", passing=passing) from error
    except ValueError as error:  # a zero byte, or something that IDNA knows no form for
        raise BadUrl(f"The host name {host!r} is not usable.") from error
    if not found:
        raise NameNotResolved(f"The host name {host!r} has no address.")
    policy.check(host, port, [str(entry[4][0]) for entry in found])
    return found


def _check_peer(sock: socket.socket, host: str, port: int, policy: AddressPolicy, meant: str) -> None:
    peer = str(sock.getpeername()[0])
    if peer != meant:
        raise BlockedAddress(f"The connection to {host!r} did not end where it was meant to.", peer)
    policy.check(host, port, [peer])
