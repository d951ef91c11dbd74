"""The three doors to customers' hosts, called alike, so that one list of tricks holds for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from stepcoder import net
from stepcoder.net.sessions import as_net_error, guarded_session
from stepcoder.net.sockets import BoundedSocket
from tests.core.net.servers import resolver

Resolve = Callable[..., list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Guard:
    """What a door is opened with: private hosts that are let through, names that exist, bounds."""

    allow: str = ""
    names: Mapping[str, list[str]] = field(default_factory=dict)
    limits: net.Limits = field(default_factory=lambda: net.Limits(connect=2, read=2, total=10))
    resolve: Resolve | None = None

    @property
    def policy(self) -> net.AddressPolicy:
        return net.AddressPolicy.parse(self.allow)

    @property
    def resolves(self) -> Resolve:
        return self.resolve or resolver(self.names)


@dataclass(frozen=True)
class Answered:
    status: int
    body: bytes
    headers: Mapping[str, str]


def client(guard: Guard, url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> Answered:
    """Through stepcoder.net.Client; at most 64 KiB of body."""
    guarded = net.Client(guard.policy, limits=guard.limits, resolve=guard.resolves)
    body = b"{}" if method == "POST" else None
    with guarded.open(url, method=method, headers=headers, body=body) as response:
        return Answered(response.status, response.read(65536), dict(response.headers))


def session(guard: Guard, url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None) -> Answered:
    """Through a guarded `requests` session; what it raises is turned into NetError as its users do."""
    made = guarded_session(guard.policy, limits=guard.limits, resolve=guard.resolves, most_body_bytes=65536)
    with made, faults(url):
        response = made.request(method, url, headers=headers, data=b"{}" if method == "POST" else None)
        return Answered(response.status_code, response.content, dict(response.headers))


def connect(guard: Guard, host: str, port: int) -> None:
    """Through stepcoder.net.connect, which FTP and SSH stand on."""
    bare = host.removeprefix("[").removesuffix("]").replace("%25", "%")
    net.connect(bare, port, guard.policy, timeout=guard.limits.connect, resolve=guard.resolves).close()


@contextmanager
def faults(url: str) -> Iterator[None]:
    try:
        yield
    except net.NetError:
        raise
    except Exception as error:
        raise as_net_error(error, net.redact(url)) from error


HTTP = {"Client": client, "session": session}


def reach(door: str, guard: Guard, host: str, port: int) -> None:
    """Go to a host by one of the three doors."""
    if door == "connect":
        connect(guard, host, port)
    else:
        HTTP[door](guard, f"http://{host}:{port}/")


DOORS = (*HTTP, "connect")


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every address that a connection was made to, or tried to be."""
    tried: list[Any] = []
    really = BoundedSocket.connect

    def noted(self: BoundedSocket, address: Any) -> None:
        tried.append(address)
        really(self, address)

    monkeypatch.setattr(BoundedSocket, "connect", noted)
    return tried
