"""FTP as ftplib speaks it (RFC 959, 2428, 4217), on guarded sockets and within bounds. What is asked for is ftp.py's.

ftplib is in Python's standard library: nothing to install, and it leaves every socket to be made here.
"""

from __future__ import annotations

import ftplib
import socket
import ssl
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stepcoder import net
from stepcoder.net.addresses import AddressPolicy
from stepcoder.transfers.protocol import CONNECT_SECONDS, PATIENT_SECONDS, SILENCE_SECONDS

if TYPE_CHECKING:
    from stepcoder.net.sockets import BoundedSocket

_MOST_LINES = 1000
_GOODBYE_SECONDS = 5.0


class Wire(ftplib.FTP):
    """The control connection to one server, and data connections beside it.

    Only passive mode, and data connections only to the address that the control connection ended at, whatever the
    server names. Raises NetError, and what ftplib raises: its own errors, EOFError, OSError.
    """

    def __init__(self, host: str, port: int, policy: AddressPolicy) -> None:
        super().__init__(timeout=SILENCE_SECONDS, encoding="utf-8")
        self.host, self.port, self._policy = host, port, policy
        self._context: ssl.SSLContext | None = None
        control = _patient(net.connect(host, port, policy, timeout=CONNECT_SECONDS))
        # It is idle while data flows beside it; a router on the way should not take it for dead.
        control.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        control.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 45)
        self._speak_over(control)

    def secure(self, context: ssl.SSLContext) -> None:
        """TLS from here on, for data as well once `protect_data` was called."""
        self._context = context
        self._speak_over(context.wrap_socket(self._control, server_hostname=self.host))

    def protect_data(self) -> None:
        self.voidcmd("PBSZ 0")
        self.voidcmd("PROT P")

    def greet(self) -> None:
        self.welcome = self.getresp()

    def getmultiline(self) -> str:
        """As ftplib's, but not without end."""
        first = self.getline()
        if first[3:4] != "-":
            return first
        lines = [first]
        for _ in range(_MOST_LINES):
            lines.append(self.getline())
            if lines[-1][:3] == first[:3] and lines[-1][3:4] != "-":
                return "\n".join(lines)
        raise ftplib.error_proto("the answer has no end")

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        data: socket.socket = self._data_connection()
        try:
            if rest is not None:
                self.sendcmd(f"REST {rest}")
            answer = self.sendcmd(cmd)
            if answer[0] == "2":  # some servers say 200 before they say 150
                answer = self.getresp()
            if answer[0] != "1":
                raise ftplib.error_reply(answer)
            if self._context:
                data = self._secured(data, self._context)
        except BaseException:
            data.close()
            raise
        return data, None

    def answer_within(self, seconds: float) -> str:
        """The next answer, for which the server may take its time."""
        self._control.settimeout(seconds)
        try:
            return self.voidresp()
        finally:
            self._control.settimeout(SILENCE_SECONDS)

    def _speak_over(self, sock: socket.socket) -> None:
        sock.settimeout(SILENCE_SECONDS)
        # Whatever was received before TLS began is thrown away with the old file.
        self.sock = self._control = sock
        self.af, self.file = sock.family, _Lines(sock)  # type: ignore[assignment]

    def _data_connection(self) -> BoundedSocket:
        peer = str(self._control.getpeername()[0])
        port = self._passive_port()
        self._policy.check(self.host, self.port, [peer])
        # A host that was let through by its name has to be let through by its address here.
        policy = replace(self._policy, allowed=self._policy.allowed | {(peer, port)})
        data = _patient(net.connect(peer, port, policy, timeout=CONNECT_SECONDS))
        data.settimeout(SILENCE_SECONDS)
        return data

    def _passive_port(self) -> int:
        if self.af == socket.AF_INET:
            # Not every server knows the newer command, and some firewalls follow the older one only.
            with suppress(ftplib.error_perm):
                return ftplib.parse227(self.sendcmd("PASV"))[1]
        try:
            return ftplib.parse229(self.sendcmd("EPSV"), self._control.getpeername())[1]
        except ValueError:
            raise ftplib.error_proto("the answer to EPSV names no port") from None

    def _secured(self, data: socket.socket, context: ssl.SSLContext) -> socket.socket:
        try:
            # Many servers take a data connection for their client's only when it resumes the control connection's
            # session (vsftpd's require_ssl_reuse, ProFTPD, FileZilla Server).
            return context.wrap_socket(data, server_hostname=self.host, session=getattr(self._control, "session", None))
        except OSError:
            # What the server has to say about it is more than what TLS says.
            self.answer_within(_GOODBYE_SECONDS)
            raise


def finish(data: socket.socket) -> None:
    """End a data connection so that the other side takes it for the end of the file, not for a break."""
    if isinstance(data, ssl.SSLSocket):
        data.settimeout(_GOODBYE_SECONDS)
        # Our goodbye is sent; whether it is returned does not matter, since the answer tells what arrived.
        with suppress(OSError):
            data.unwrap()
    data.close()


def _patient(sock: BoundedSocket) -> BoundedSocket:
    """Let single waits be as long as `settimeout` says."""
    if sock.bounds:
        sock.bounds.read_timeout = PATIENT_SECONDS
    return sock


class _Lines:
    """Answers line by line. ftplib's own reader fails on text that is not UTF-8, which old servers send."""

    def __init__(self, sock: socket.socket) -> None:
        self._file: Any = sock.makefile("rb")

    def readline(self, limit: int) -> str:
        line: bytes = self._file.readline(limit)
        return line.decode("utf-8", "replace")

    def close(self) -> None:
        self._file.close()
