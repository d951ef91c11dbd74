"""The guard for libraries that speak HTTP by themselves: a `requests` session whose every connection is a guarded one.

`requests` is what the libraries for Azure and for Swift send with, so no choice of ours; our own HTTP is `client`.
Load this module inside functions only: it brings `requests` and urllib3.
"""

from __future__ import annotations

import http.cookiejar
import socket
import time
from collections.abc import Generator
from typing import Any

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse

from stepcoder.net import faults
from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.client import HARMLESS_HEADERS, REDIRECTS, Limits
from stepcoder.net.connections import Guarded, bind
from stepcoder.net.errors import BadUrl, NetError, ResponseTooLarge, TooManyRedirects
from stepcoder.net.sockets import Bounds, Resolver
from stepcoder.net.tls import tls_context
from stepcoder.net.urls import Url

MOST_BODY_BYTES = 16 * 1024 * 1024
_READ_SIZE = 64 * 1024


def guarded_session(
    policy: AddressPolicy,
    *,
    limits: Limits | None = None,
    resolve: Resolver | None = None,
    most_body_bytes: int = MOST_BODY_BYTES,
) -> requests.Session:
    """A session for one library. Proxies, netrc and cookies do not exist for it; certificates are always checked.

    GET and HEAD follow redirects as `Client` does; the 3xx answer to any other method is returned as it is. Timeouts
    of callers count where they are shorter than `limits`. A body that is not streamed may have `most_body_bytes`.
    What it raises beside NetError is of `requests`: see `as_net_error`.
    """
    return _GuardedSession(policy, limits or Limits(), resolve or socket.getaddrinfo, most_body_bytes)


def as_net_error(error: BaseException, url: object) -> NetError:
    """The NetError for anything a guarded session raised while talking to `url`, of which the shown form is used."""
    if isinstance(error, requests.exceptions.TooManyRedirects):
        return TooManyRedirects(f"{url} was reached after too many redirects.")
    unusable = (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema)
    if isinstance(error, unusable):
        return BadUrl(f"{url} is not a usable URL.")
    return faults.as_net_error(error, url)


class _SessionConnection(Guarded):
    """Begins with fresh bounds for each request that a pool sends over it."""

    limits: Limits

    def connect(self) -> None:
        self._begin()
        super().connect()
        bind(self, self.bounds)

    def request(self, *args: Any, **kwargs: Any) -> None:
        self._begin()
        super().request(*args, **kwargs)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        response = super().getresponse()
        self.bounds.header_budget = None
        return response

    def _begin(self) -> None:
        timeout = self.timeout  # the pool's, which may be shorter than ours
        bind(self, Bounds(self.limits.read, time.monotonic() + self.limits.total, self.limits.header_bytes))
        self.timeout = timeout


class _SessionHttp(_SessionConnection):
    pass


class _SessionHttps(_SessionConnection, HTTPSConnection):
    pass


class _GuardedAdapter(HTTPAdapter):
    def __init__(self, policy: AddressPolicy, limits: Limits, resolve: Resolver) -> None:
        guard = {
            "policy": policy,
            "limits": limits,
            "resolve": staticmethod(resolve),
            "connect_timeout": limits.connect,
        }
        self._pools = {
            "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": type("Http", (_SessionHttp,), guard)}),
            "https": type("Pool", (HTTPSConnectionPool,), {"ConnectionCls": type("Https", (_SessionHttps,), guard)}),
        }
        super().__init__(pool_maxsize=limits.idle_connections)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any) -> None:
        super().init_poolmanager(connections, maxsize, block, ssl_context=tls_context(), **pool_kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def cert_verify(self, conn: Any, url: str, verify: object, cert: object) -> None:
        """Nothing is set: the context checks, always, by the system's trust store."""

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: object = True,
        cert: object = None,
        proxies: object = None,
    ) -> requests.Response:
        """Without proxies, whoever names them: what a proxy connects to cannot be checked here."""
        return super().send(request, stream, timeout)


class _GuardedSession(requests.Session):
    def __init__(self, policy: AddressPolicy, limits: Limits, resolve: Resolver, most_body_bytes: int) -> None:
        self._limits, self._most_body_bytes = limits, most_body_bytes
        self._adapter = _GuardedAdapter(policy, limits, resolve)
        super().__init__()
        self.trust_env = False
        self.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=[]))
        # identity: ranges and lengths must count the file's own bytes.
        self.headers.update({"User-Agent": "Stepcoder", "Accept-Encoding": "identity"})

    def mount(self, prefix: str, adapter: BaseAdapter) -> None:
        """Only the guarded adapter, for http and https: another one would go around the guard."""
        self.adapters[prefix] = self._adapter

    def request(self, method: str, url: Any, *args: Any, **kwargs: Any) -> requests.Response:
        """Read strictly what `requests` would read its own way."""
        Url.parse(url.decode() if isinstance(url, bytes) else str(url))
        return super().request(method, url, *args, **kwargs)

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        follow = kwargs.pop("allow_redirects", True)
        stream = kwargs.pop("stream", self.stream)
        kwargs["timeout"] = _within(self._limits, kwargs.get("timeout"))
        history: list[requests.Response] = []
        while len(history) <= self._limits.redirects:
            Url.parse(str(request.url))
            response = super().send(request, allow_redirects=False, stream=True, **kwargs)
            onward = _onward(request, response) if follow else None
            if onward is None:
                response.history = history
                return response if stream else self._complete(response)
            response.close()
            history.append(response)
            request = onward
        raise TooManyRedirects(
            f"{Url.parse(str(request.url))} was reached after more than {self._limits.redirects} redirects."
        )

    def resolve_redirects(self, *args: Any, **kwargs: Any) -> Generator[Any, None, None]:
        """Never: `send` follows redirects itself, by the rules of `Client`."""
        yield from ()

    def _complete(self, response: requests.Response) -> requests.Response:
        """Read the body within its bound; `content` would read whatever comes."""
        body = bytearray()
        for piece in response.iter_content(_READ_SIZE):
            body += piece
            if len(body) > self._most_body_bytes:
                response.close()
                shown = Url.parse(str(response.url))
                raise ResponseTooLarge(f"The answer from {shown} is larger than {self._most_body_bytes} bytes.")
        response._content = bytes(body)
        return response


def _onward(request: requests.PreparedRequest, response: requests.Response) -> requests.PreparedRequest | None:
    """The request that a redirect asks for; None where the answer is to be returned."""
    location = response.headers.get("Location")
    if response.status_code not in REDIRECTS or not location or request.method not in ("GET", "HEAD"):
        return None
    here = Url.parse(str(request.url))
    there = here.join(location)
    onward = request.copy()
    onward.url = f"{there.origin}{there.target}"
    onward.headers.pop("Host", None)
    if there.origin != here.origin:
        for name in [name for name in onward.headers if name.lower() not in HARMLESS_HEADERS]:
            del onward.headers[name]
    return onward


def _within(limits: Limits, asked: Any) -> tuple[float, float]:
    connect, read = asked if isinstance(asked, tuple) else (asked, asked)
    return _shorter(limits.connect, connect), _shorter(limits.read, read)


def _shorter(limit: float, asked: object) -> float:
    return min(limit, asked) if isinstance(asked, int | float) else limit
