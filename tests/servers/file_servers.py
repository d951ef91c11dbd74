"""The FTP, FTPS and SFTP servers as tests want them: started when first asked for, a directory for each test."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from stepcoder.destinations.file_server import FileServerDestination
from stepcoder.net import AddressPolicy
from stepcoder.sources.file_server import FileServerSource
from stepcoder.storage import Place, Secret
from stepcoder.transfers import ftp_login
from tests.servers.certificates import self_signed
from tests.servers.ftp import ftp_server
from tests.servers.sftp import sftp_server

LOOPBACK = AddressPolicy.parse("127.0.0.1")


@dataclass(frozen=True)
class Server:
    """One server and a directory on it: `folder` is where that is on this machine, `path` as the server calls it."""

    scheme: str
    port: int
    folder: Path
    path: str

    def place(self, name: str = "") -> Place:
        return Place(self.scheme, f"127.0.0.1:{self.port}", f"{self.path}/{name}")

    def source(self, name: str, user: str = "u", **options: object) -> FileServerSource:
        """A source that does not wait between tries."""
        from stepcoder.sources.ftp import FtpSource
        from stepcoder.sources.sftp import SftpSource

        made: Callable[..., FileServerSource] = SftpSource if self.scheme == "sftp" else FtpSource
        given = {"login": Secret(user, "p"), "policy": LOOPBACK, "pause": lambda seconds: None, **options}
        return made(self.place(name), **given)

    def destination(self, user: str = "u", **options: object) -> FileServerDestination:
        from stepcoder.destinations.ftp import FtpDestination
        from stepcoder.destinations.sftp import SftpDestination

        made: Callable[..., FileServerDestination] = SftpDestination if self.scheme == "sftp" else FtpDestination
        return made(self.place(), **{"login": Secret(user, "p"), "policy": LOOPBACK, **options})


class FileServers:
    """Kept for the whole session; see `file_servers`."""

    def __init__(self, root: Path, opened: ExitStack) -> None:
        self.root, self._opened = root, opened
        self._ports: dict[str, int] = {}
        self._numbers = itertools.count()
        (root / "files").mkdir()
        self.certificate = self_signed(root / "certificate.pem")

    def server(self, scheme: str) -> Server:
        if scheme not in self._ports:
            self._ports[scheme] = self._opened.enter_context(self._started(scheme))
        path = f"{next(self._numbers)}"
        folder = self.root / "files" / path
        folder.mkdir()
        return Server(scheme, self._ports[scheme], folder, path)

    def be_trusted(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have the FTPS server's certificate count as one of a known authority."""
        monkeypatch.setenv("SSL_CERT_FILE", str(self.certificate))
        ftp_login._context.cache_clear()

    @contextmanager
    def _started(self, scheme: str) -> Iterator[int]:
        files = self.root / "files"
        if scheme == "sftp":
            with sftp_server(files) as port:
                yield port
        else:
            with ftp_server(files, self.certificate if scheme == "ftps" else None) as port:
                yield port


@contextmanager
def file_servers(root: Path) -> Iterator[FileServers]:
    """The servers, each started when a test first asks for it, and all stopped at the end."""
    with ExitStack() as opened:
        yield FileServers(root, opened)
