"""TLS to customers' hosts, for every protocol: the system's trust store, names checked, bounded sockets.

Kept apart from the sockets because loading `ssl` costs a cold start what most functions never use.
"""

from __future__ import annotations

import ssl
import sys
from functools import cache
from typing import Any

from stepcoder.net.sockets import Bounded


class BoundedTlsSocket(Bounded, ssl.SSLSocket):
    pass


class BoundedContext(ssl.SSLContext):
    """Makes sockets that keep the bounds of the plain socket that they began on."""

    sslsocket_class = BoundedTlsSocket

    def wrap_socket(self, sock: Any, *args: Any, **kwargs: Any) -> ssl.SSLSocket:
        # Taken first: wrapping empties the plain socket.
        bounds = sock.bounds if isinstance(sock, Bounded) else None
        wrapped = super().wrap_socket(sock, *args, **kwargs)
        if isinstance(wrapped, Bounded):
            wrapped.bounds = bounds
        return wrapped


@cache
def tls_context() -> ssl.SSLContext:
    """For all outgoing connections. Loading the trust store takes milliseconds: once. Never change what it returns."""
    return new_context()


def new_context() -> ssl.SSLContext:
    """For one who has to change it."""
    context = BoundedContext(ssl.PROTOCOL_TLS_CLIENT)
    if sys.version_info >= (3, 13):
        # As ssl.create_default_context does from this version on.
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | ssl.VERIFY_X509_STRICT
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    return context
