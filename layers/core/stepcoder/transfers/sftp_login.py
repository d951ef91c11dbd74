"""The way into an SFTP server: SSH, its key, login. What is asked for then is sftp.py's.

paramiko (LGPL-2.1, used unchanged as a library of its own; maintained since 2003) is the one of Python's two SSH
libraries without an event loop, and it speaks over a socket that it is given, so that the address guard holds. It loads
in 0.2 s, hence only where SFTP is used. It looks for no keys or agents of its own here. No server is known beforehand,
so there is nothing to compare its key with: any is accepted, and its fingerprint is logged.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from stepcoder import net, runtime
from stepcoder.net.addresses import AddressPolicy
from stepcoder.storage import Secret
from stepcoder.transfers.protocol import CONNECT_SECONDS, PATIENT_SECONDS, SILENCE_SECONDS
from stepcoder.transfers.refusals import Refusal, Why
from stepcoder.transfers.sftp_answers import named

if TYPE_CHECKING:
    from paramiko import PKey, SFTPClient, Transport

_OPENING_SECONDS = 60.0
_KEEPALIVE_SECONDS = 30


def logged_in(host: str, port: int, login: Secret | None, policy: AddressPolicy) -> tuple[Transport, SFTPClient]:
    """A connection, to be closed by whoever asked for it, and what speaks over it. Raises NetError and Refusal."""
    import paramiko

    # What it logs, with tracebacks, is raised here as well.
    logging.getLogger("paramiko").setLevel(logging.CRITICAL)
    if login is None:
        raise Refusal(Why.LOGIN, "no user name was given")
    key = _private_key(login.secret)
    sock = net.connect(host, port, policy, timeout=CONNECT_SECONDS)
    if sock.bounds:
        sock.bounds.read_timeout = PATIENT_SECONDS
    transport = paramiko.Transport(sock)
    try:
        with named(host, transport), _in_time(host, transport):
            return transport, _opened(host, transport, login, key)
    except BaseException:
        transport.close()
        raise


def _opened(host: str, transport: Transport, login: Secret, key: PKey | None) -> SFTPClient:
    import paramiko

    transport.start_client(timeout=_OPENING_SECONDS)
    transport.set_keepalive(_KEEPALIVE_SECONDS)
    runtime.logger().info("an SFTP server was met", host=host, host_key=transport.get_remote_server_key().fingerprint)
    if key:
        transport.auth_publickey(login.user, key)
    else:
        transport.auth_password(login.user, login.secret)
    channel = transport.open_session(timeout=SILENCE_SECONDS)
    channel.settimeout(SILENCE_SECONDS)
    channel.invoke_subsystem("sftp")
    return paramiko.SFTPClient(channel)


@contextmanager
def _in_time(host: str, transport: Transport) -> Iterator[None]:
    """paramiko waits for some answers without end: a server that does not give them is left."""
    over = threading.Event()

    def leave() -> None:
        over.set()
        transport.close()

    timer = threading.Timer(_OPENING_SECONDS, leave)
    timer.start()
    try:
        yield
    except Exception as error:
        if over.is_set():
            raise net.TimedOut(f"The server {host!r} took too long to greet.") from error
        raise
    finally:
        timer.cancel()


def _private_key(secret: str) -> PKey | None:
    """The key that a secret is; None for a password. Raises a Refusal for a key that can't be used."""
    import paramiko
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if "-----BEGIN" not in secret:
        return None
    # Not read by paramiko: it knows neither PKCS #8 nor every key without a comment.
    load = serialization.load_ssh_private_key if "OPENSSH" in secret else serialization.load_pem_private_key
    try:
        key = load(secret.strip().encode() + b"\n", None)
    except TypeError:
        raise Refusal(Why.LOGIN, "the private key has a passphrase; save it without") from None
    except Exception:
        # Whatever is wrong with it, and without its cause: that may quote the key.
        raise Refusal(Why.LOGIN, "the private key can't be read") from None
    if isinstance(key, rsa.RSAPrivateKey):
        return paramiko.RSAKey(key=key)
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return paramiko.ECDSAKey(vals=(key, key.public_key()))
    if isinstance(key, ed25519.Ed25519PrivateKey):
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption())
        return paramiko.Ed25519Key.from_private_key(io.StringIO(key.private_bytes(*form).decode()))
    raise Refusal(Why.LOGIN, "the private key is not one of kind Ed25519, ECDSA or RSA")
