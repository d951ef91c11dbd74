"""What an SFTP server's answers mean, and what is raised while it is talked to. Nothing is sent here."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stepcoder import net
from stepcoder.transfers.refusals import Refusal, Why, shown

if TYPE_CHECKING:
    from paramiko import Transport

_FULL = re.compile(r"quota|no space|disk (is )?full", re.IGNORECASE)
# paramiko counts a connection that broke, or a server too busy to answer, as a failed login.
_LOST = re.compile(r"transport shut down|EOF|timeout", re.IGNORECASE)
_CODES = {errno.ENOENT: Why.MISSING, errno.EACCES: Why.DENIED}


def refusal_of(error: OSError) -> Refusal:
    """The refusal behind a status other than OK. paramiko gives two of them numbers, and the rest only their text."""
    text = shown(error.strerror or str(error))
    if error.errno in _CODES:
        return Refusal(_CODES[error.errno], text)
    return Refusal(Why.FULL if _FULL.search(text) else Why.UNABLE, text)


@contextmanager
def named(host: str, transport: Transport) -> Iterator[None]:
    """Raises NetError and Refusal for what paramiko raises inside."""
    import paramiko

    try:
        yield
    except (net.NetError, Refusal):
        raise
    except paramiko.AuthenticationException as error:
        if _LOST.search(str(error)):
            raise net.BrokenResponse(f"The server {host!r} hung up during the login.") from error
        raise Refusal(Why.LOGIN, shown(str(error))) from error
    except TimeoutError as error:
        raise net.TimedOut(f"The server {host!r} stopped answering.") from error
    except paramiko.ChannelException as error:
        raise Refusal(Why.BUSY, shown(str(error))) from error
    except paramiko.ssh_exception.IncompatiblePeer as error:
        raise net.TlsFailed(f"No secure connection could be made to {host!r}.") from error
    except (EOFError, ConnectionError, paramiko.SSHException, paramiko.SFTPError) as error:
        raise net.BrokenResponse(f"The server {host!r} hung up before it was done.") from error
    except OSError as error:
        if not transport.is_active():
            raise net.BrokenResponse(f"The connection to the server {host!r} broke.") from error
        raise refusal_of(error) from error
