"""What the HTTP machinery raises, in this room's words. Pure mapping; loaded only once something was requested."""

from __future__ import annotations

import http.client
import ssl

from urllib3 import exceptions as urllib3_errors

from stepcoder.net.errors import BrokenResponse, ConnectFailed, CutShort, NetError, TimedOut, TlsFailed


def as_net_error(error: BaseException, url: object) -> NetError:
    """The NetError for anything raised while talking to `url`; unknown exceptions count as a broken response.

    `url` is shown as `str` makes it: a Url, which redacts itself, or a text without secrets.
    """
    for cause in _chain(error):
        if isinstance(cause, NetError):
            return cause
    for cause in _chain(error):
        if isinstance(cause, TimeoutError | urllib3_errors.TimeoutError):
            return TimedOut(f"The server of {url} stopped answering.")
        if isinstance(cause, urllib3_errors.IncompleteRead | http.client.IncompleteRead):
            return CutShort(f"The server of {url} ended its answer before the announced length.")
    if any(isinstance(cause, ssl.SSLCertVerificationError) for cause in _chain(error)):
        return TlsFailed(f"The TLS certificate of {url} is not valid for its host.")
    if any(isinstance(cause, ssl.SSLError | urllib3_errors.SSLError) for cause in _chain(error)):
        return TlsFailed(f"No secure connection could be made to {url}.")
    if any(isinstance(cause, ConnectionError | http.client.RemoteDisconnected) for cause in _chain(error)):
        return ConnectFailed(f"The server of {url} closed the connection.")
    return BrokenResponse(f"The server of {url} sent something that is not a valid HTTP answer.")


def _chain(error: BaseException) -> list[BaseException]:
    """The exception, what it wraps as an argument (urllib3's habit) and what caused it, nearest first."""
    found: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        current = waiting.pop(0)
        if current is None or current in found:
            continue
        found.append(current)
        waiting += [argument for argument in current.args if isinstance(argument, BaseException)]
        # Not __context__: in a retry that is the failure of the try before.
        waiting.append(current.__cause__)
    return found
