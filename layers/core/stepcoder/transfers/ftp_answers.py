"""What an FTP server's answers mean, and what is raised while it is talked to. Nothing is sent here."""

from __future__ import annotations

import ftplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from stepcoder import net
from stepcoder.transfers.refusals import Refusal, Why, shown

_BUSY = re.compile(r"too many|maximum|limit|try again|busy", re.IGNORECASE)
_DENIED = re.compile(r"denied|permission|privilege|not allowed|forbidden|not authori[sz]ed|read.?only", re.IGNORECASE)
_MISSING = re.compile(r"no such|not found|not exist|n't exist|cannot find|can't find|not a regular file", re.IGNORECASE)
_FULL = re.compile(r"quota|no space|disk (is )?full|(insufficient|not enough) (disk|storage|free|space)", re.IGNORECASE)


def refusal_of(answer: str) -> Refusal:
    """The refusal behind an answer of 4xx, 5xx, or one that does not fit what was asked (RFC 959, 4228, 2228)."""
    code, text = answer[:3], answer[4:]
    return Refusal(_why(code, text), shown(f"{code} {text}"))


def login_refusal(answer: str, secret: str) -> Refusal:
    """The refusal of a login with a password, which is hidden: a server may repeat what it was sent."""
    busy = answer[:1] == "4" and answer[:3] != "430"
    why = Why.BUSY if busy or _BUSY.search(answer) else Why.LOGIN
    return Refusal(why, shown(answer.replace(secret, "***") if secret else answer))


@contextmanager
def named(host: str) -> Iterator[None]:
    """Raises NetError and Refusal for what ftplib and sockets raise inside."""
    try:
        yield
    except ftplib.Error as error:
        raise refusal_of(str(error)) from error
    except ssl.SSLCertVerificationError as error:
        raise net.TlsFailed(
            f"The certificate of the FTPS server {host!r} could not be verified: {shown(error.verify_message)}."
            " Install one of a known authority there, or ask the operator of this service to accept it as it is."
        ) from error
    except TimeoutError as error:
        raise net.TimedOut(f"The server {host!r} stopped answering.") from error
    except (ssl.SSLEOFError, EOFError, ConnectionError) as error:
        raise net.BrokenResponse(f"The server {host!r} hung up before it was done.") from error
    except ssl.SSLError as error:
        raise net.TlsFailed(f"No secure connection could be made to {host!r}.") from error
    except OSError as error:
        raise net.BrokenResponse(f"The connection to the server {host!r} broke.") from error


def _why(code: str, text: str) -> Why:
    if code in ("452", "552") or (code[:1] in "45" and _FULL.search(text)):
        return Why.FULL
    if code[:1] == "4":
        return Why.BUSY
    if code in ("530", "532"):
        return Why.DENIED
    if code in ("550", "553", "521"):
        return Why.DENIED if _DENIED.search(text) else Why.MISSING if _MISSING.search(text) else Why.UNSAID
    return Why.UNABLE
