"""The way into an FTP or FTPS server: connection, TLS, login. What is asked for then is ftp.py's.

FTPS is explicit (AUTH TLS), or implicit on port 990; data is always encrypted as well. Certificates are verified,
except those of hosts that the operator named. What Zencoder did is not documented, but a password should not go to
whoever answers.
"""

from __future__ import annotations

import ftplib
import ssl
from contextlib import suppress
from functools import cache

from stepcoder import net, runtime
from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.tls import new_context
from stepcoder.storage import Secret
from stepcoder.transfers.ftp_answers import login_refusal, named
from stepcoder.transfers.ftp_wire import Wire
from stepcoder.transfers.refusals import Refusal, Why

_IMPLICIT_TLS_PORT = 990
_NOBODY = Secret("anonymous", "anonymous@")


def logged_in(host: str, port: int, login: Secret | None, policy: AddressPolicy, *, tls: bool) -> Wire:
    """A connection ready for files as they are (binary). `login` None is anonymous. Raises NetError and Refusal."""
    with named(host):
        wire = _secured(host, port, policy) if tls else _greeted(host, port, policy, None)
    try:
        with named(host):
            _log_in(wire, login or _NOBODY)
            if tls:
                wire.protect_data()
            with suppress(ftplib.error_perm):
                wire.sendcmd("OPTS UTF8 ON")
            wire.voidcmd("TYPE I")
    except BaseException:
        wire.close()
        raise
    return wire


def _secured(host: str, port: int, policy: AddressPolicy) -> Wire:
    unverified = {name.strip().lower() for name in runtime.settings().unverified_ftps_hosts.split(",")}
    trusted = not {host.lower(), "*"} & unverified
    try:
        return _greeted(host, port, policy, _context(trusted=trusted, newest=False))
    except ssl.SSLCertVerificationError:
        raise
    except ssl.SSLError:
        return _greeted(host, port, policy, _context(trusted=trusted, newest=True))


def _greeted(host: str, port: int, policy: AddressPolicy, context: ssl.SSLContext | None) -> Wire:
    wire = Wire(host, port, policy)
    try:
        if context and port == _IMPLICIT_TLS_PORT:
            wire.secure(context)
        wire.greet()
        if context and port != _IMPLICIT_TLS_PORT:
            _ask_for_tls(wire)
            wire.secure(context)
    except BaseException:
        wire.close()
        raise
    return wire


def _log_in(wire: Wire, login: Secret) -> None:
    # A line break would end this command and begin another.
    if any(ord(letter) < 32 for letter in login.user + login.secret):
        raise Refusal(Why.LOGIN, "it has control characters in it")
    try:
        wire.login(login.user, login.secret)
    except ftplib.Error as error:
        # Without its cause, for the sake of logs: the server may have repeated what it was sent.
        raise login_refusal(str(error), login.secret) from None


def _ask_for_tls(wire: Wire) -> None:
    try:
        wire.voidcmd("AUTH TLS")
    except ftplib.error_perm as error:
        raise net.TlsFailed(f"The FTP server {wire.host!r} has no TLS. Write ftp:// to do without.") from error


@cache
def _context(*, trusted: bool, newest: bool) -> ssl.SSLContext:
    """TLS 1.2 is tried first: sessions of 1.3 can't be resumed as often as a control connection needs it, and servers
    that insist on resumption (ftp_wire) refuse the second or third file."""
    context = new_context()
    if not trusted:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if not newest:
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context
