"""pyftpdlib as an FTP or FTPS server, well-behaved to the user `u` and in some way difficult to every other.

    with ftp_server(directory) as port: ...
    python ftp.py directory '{"certificate": "both.pem"}'          prints its port once it answers

The password is always `p`. Each user's difficulty is told in QUIRKS.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.servers.processes import end_with_parent, running

QUIRKS = {
    "u": "none",
    "anonymous": "may only read",
    "norest": "knows no REST",
    "bare": "knows no SIZE, MDTM, REST, OPTS and EPSV",
    "fragile": "hangs up after 1.5 MB of each download",
    "dead": "hangs up after 100 kB of each download",
    "stalls": "falls silent after 100 kB of each download",
    "long": "says that files are 1000 bytes longer than they are",
    "short": "says that files are 1000 bytes shorter than they are",
    "inside": "names an address of a private network for its data",
    "metadata": "names the metadata service for its data",
    "readonly": "may not write",
    "writeonly": "may not read",
    "quota": "has room for 300 kB",
    "norename": "knows no RNFR",
    "exists": "does not rename over a file",
    "crowded": "may log in twice at once",
    "deaf": "is not answered at the end of an upload",
    "shrinks": "loses 10 bytes of each upload",
    "reuse": "must resume the TLS session on data connections",
    "gone": "is told 421 when it wants to read",
}
_UNKNOWN = {"norest": {"REST"}, "bare": {"REST", "SIZE", "MDTM", "OPTS", "EPSV"}, "norename": {"RNFR"}}
_BREAKS_AFTER = {"fragile": 1_500_000, "dead": 100_000, "stalls": 100_000}
_PERMISSIONS = {"anonymous": "elr", "readonly": "elr", "writeonly": "elwamfdMT"}


@contextmanager
def ftp_server(
    root: Path, certificate: Path | None = None, *, implicit: bool = False, host: str = "127.0.0.1"
) -> Iterator[int]:
    """The server's port; 0 when the machine has no such host. With a certificate (and its key, PEM) it speaks FTPS:
    explicit, any TLS; or `implicit` and nothing older than TLS 1.3."""
    options = {"certificate": str(certificate) if certificate else None, "implicit": implicit, "host": host}
    with running(Path(__file__), str(root), json.dumps(options)) as line:
        yield int(line)


def _data_handler(base: Any) -> Any:
    """Data connections that break, stall or fill up, according to the user's quirk."""
    from OpenSSL import SSL

    class Data(base):
        @property
        def user(self) -> str:
            return str(self.cmd_channel.username)

        def use_sendfile(self) -> bool:
            return self.user in ("u", "anonymous") and super().use_sendfile()

        def send(self, data: bytes) -> int:
            limit = _BREAKS_AFTER.get(self.user)
            if limit is None or self.tot_bytes_sent < limit:
                return int(super().send(data))
            if self.user == "stalls":
                return 0
            self.file_obj.close()
            self.cmd_channel.close()
            return 0

        def recv(self, buffer_size: int) -> bytes:
            data: bytes = super().recv(buffer_size)
            if self.user == "quota" and self.tot_bytes_received + len(data) > 300_000:
                self._resp = ("552 Quota exceeded.", None)
                self.close()
            if self.user == "shrinks" and data and self.tot_bytes_received == 0:
                return data[10:]
            return data

        def handle_ssl_established(self) -> None:
            if self.user == "reuse" and not SSL._lib.SSL_session_reused(self.socket._ssl):  # type: ignore[attr-defined]
                self._resp = ("522 SSL connection failed; session reuse required.", None)
                self.close()
                return
            super().handle_ssl_established()

    return Data


def _control_handler(base: Any) -> Any:
    class Control(base):
        use_gmt_times = True
        logged_in: ClassVar[dict[str, int]] = {}
        counted = False

        def process_command(self, cmd: str, *arguments: Any, **named: Any) -> None:
            if cmd in _UNKNOWN.get(self.username, ()):
                return self.respond("502 Command not implemented.")
            self.masquerade_address = {"inside": "10.0.0.1", "metadata": "169.254.169.254"}.get(self.username)
            return super().process_command(cmd, *arguments, **named)

        def ftp_PASS(self, line: str) -> None:
            if self.username == "crowded" and self.logged_in.get("crowded", 0) >= 2:
                return self.respond("530 Sorry, the maximum number of clients (2) for this user are connected.")
            super().ftp_PASS(line)
            if self.authenticated:
                self.counted = True
                self.logged_in[self.username] = self.logged_in.get(self.username, 0) + 1
            return None

        def close(self) -> None:
            if self.counted:
                self.counted = False
                self.logged_in[self.username] -= 1
            super().close()

        def respond(self, resp: str, *arguments: Any, **named: Any) -> None:
            if resp.startswith("213 ") and resp[4:].isdigit() and len(resp) < 18:
                difference = {"long": 1000, "short": -1000}.get(self.username, 0)
                resp = f"213 {int(resp[4:]) + difference}"
            if self.username == "deaf" and resp.startswith("226"):
                return
            super().respond(resp, *arguments, **named)

        def ftp_RETR(self, file: str) -> Any:
            if self.username == "gone":
                self.respond("421 Going down for maintenance.")
                return self.close_when_done()
            return super().ftp_RETR(file)

        def ftp_RNTO(self, path: str) -> Any:
            if self.username == "exists" and Path(path).exists():
                return self.respond("550 File exists.")
            return super().ftp_RNTO(path)

    return Control


def _implicit(base: Any) -> Any:
    class Implicit(base):
        def handle(self) -> None:
            self.secure_connection(self.ssl_context)

        def handle_ssl_established(self) -> None:
            super().handle()

    return Implicit


def _serve(root: str, certificate: str | None, implicit: bool, host: str) -> None:
    from pyftpdlib import handlers, log
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.servers import FTPServer

    authorizer = DummyAuthorizer()
    for user in QUIRKS:
        permissions = _PERMISSIONS.get(user, "elradfmwMT")
        if user == "anonymous":
            authorizer.add_anonymous(root, perm=permissions)
        else:
            authorizer.add_user(user, "p", root, perm=permissions)
    control = _control_handler(handlers.TLS_FTPHandler if certificate else handlers.FTPHandler)
    control.authorizer = authorizer
    control.auth_failed_timeout = 0
    if certificate:
        control.certfile, control.tls_control_required, control.tls_data_required = certificate, True, True
        control.get_ssl_context().set_session_id(b"ftp")
        if implicit:
            control.get_ssl_context().set_min_proto_version(0x0304)
    control.dtp_handler = _data_handler(handlers.TLS_DTPHandler if certificate else handlers.DTPHandler)
    log.config_logging(level="ERROR")
    try:
        server = FTPServer((host, 0), _implicit(control) if implicit else control)
    except OSError:
        print(0, flush=True)
        return
    print(server.socket.getsockname()[1], flush=True)
    end_with_parent()
    server.serve_forever()


if __name__ == "__main__":
    _serve(sys.argv[1], **json.loads(sys.argv[2]))
