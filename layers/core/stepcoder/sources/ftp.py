"""Inputs on FTP and FTPS servers. What holds for all file servers is file_server.py's, the protocol transfers'."""

from __future__ import annotations

import time

from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.tries import Pause
from stepcoder.sources.file_server import FileServerSource
from stepcoder.storage import Place, Secret
from stepcoder.transfers.ftp import FtpConnection


class FtpSource(FileServerSource):
    """A file at `ftp://host/path` or `ftps://host/path`, the path from the server's root. No login is anonymous.

    Without SIZE or REST on the server's side it can only be read from end to end.
    """

    def __init__(
        self,
        place: Place,
        login: Secret | None,
        policy: AddressPolicy,
        *,
        pinned: str | None = None,
        pause: Pause = time.sleep,
    ) -> None:
        super().__init__(place, lambda: FtpConnection(place, login, policy), pinned=pinned, pause=pause)
