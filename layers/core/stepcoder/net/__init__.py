"""Connections to hosts a customer named (sources, destinations, webhooks), and nothing else: AWS is reached by `aws/`.

Every name is resolved here, every address is checked, and only a checked address is connected to (SSRF guard): by
`Client` for HTTP, by `connect` for other protocols, by `sessions.guarded_session` for libraries that speak HTTP by
themselves. Importing this package costs nothing; the HTTP machinery loads with the first request.
"""

from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.client import Client, Limits
from stepcoder.net.errors import (
    BadUrl,
    BlockedAddress,
    BrokenResponse,
    ConnectFailed,
    CutShort,
    NameNotResolved,
    NetError,
    ResponseTooLarge,
    TimedOut,
    TlsFailed,
    TooManyRedirects,
)
from stepcoder.net.response import Answer, Response
from stepcoder.net.sockets import connect
from stepcoder.net.urls import Url, redact

__all__ = [
    "AddressPolicy",
    "Answer",
    "BadUrl",
    "BlockedAddress",
    "BrokenResponse",
    "Client",
    "ConnectFailed",
    "CutShort",
    "Limits",
    "NameNotResolved",
    "NetError",
    "Response",
    "ResponseTooLarge",
    "TimedOut",
    "TlsFailed",
    "TooManyRedirects",
    "Url",
    "connect",
    "redact",
]
