"""Inputs on SFTP servers. What holds for all file servers is file_server.py's, the protocol transfers'."""

from __future__ import annotations

import time

from stepcoder.net.addresses import AddressPolicy
from stepcoder.net.tries import Pause
from stepcoder.sources.file_server import FileServerSource
from stepcoder.storage import Place, Secret
from stepcoder.transfers.sftp import SftpConnection


class SftpSource(FileServerSource):
    """A file at `sftp://host/path`, the path from the server's root. The secret is a password or a private key."""

    def __init__(
        self,
        place: Place,
        login: Secret | None,
        policy: AddressPolicy,
        *,
        pinned: str | None = None,
        pause: Pause = time.sleep,
    ) -> None:
        super().__init__(place, lambda: SftpConnection(place, login, policy), pinned=pinned, pause=pause)
