"""Outgoing HTTP to hosts a customer named (sources, webhooks), and nothing else: AWS calls go through `aws/`.

Every name is resolved here, every address is checked, and only a checked address is connected to (SSRF guard).
Importing this package costs nothing; the HTTP machinery loads with the first request.
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
    "redact",
]
