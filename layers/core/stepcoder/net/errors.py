"""What can go wrong between us and a customer's host. Callers map these to the reference's error classes.

NetError                  `passing` says whether another try may succeed
├── BadUrl                not a URL we can use
├── BlockedAddress        the host leads to an address that is not public
├── NameNotResolved       the host has no address (passing when the resolver only failed for now)
├── ConnectFailed         nothing answered, or it hung up                         (passing)
├── TlsFailed             no trusted TLS connection
├── TimedOut              connecting, one read, or the whole exchange took too long  (passing)
├── BrokenResponse        what came back is not HTTP, or broke off                (passing)
│   └── CutShort          the server ended the body before the length it had announced
├── ResponseTooLarge      more headers or body than we accept
└── TooManyRedirects

Messages are sentences, and URLs in them are redacted.
"""

from __future__ import annotations

from stepcoder.errors import StepcoderError


class NetError(StepcoderError):
    """Root of the room's tree."""

    passing = False


class BadUrl(NetError):
    pass


class BlockedAddress(NetError):
    """`address` is for the log only: it would tell a customer how our private network is numbered."""

    def __init__(self, message: str, address: str = "") -> None:
        super().__init__(message)
        self.address = address


class NameNotResolved(NetError):
    def __init__(self, message: str, *, passing: bool = False) -> None:
        super().__init__(message)
        self.passing = passing


class ConnectFailed(NetError):
    passing = True


class TlsFailed(NetError):
    pass


class TimedOut(NetError):
    passing = True


class BrokenResponse(NetError):
    passing = True


class CutShort(BrokenResponse):
    pass


class ResponseTooLarge(NetError):
    pass


class TooManyRedirects(NetError):
    pass
