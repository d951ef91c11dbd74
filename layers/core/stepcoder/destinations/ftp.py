"""Delivery to FTP and FTPS servers. What holds for all file servers is file_server.py's, the protocol transfers'."""

from __future__ import annotations

from stepcoder.destinations.file_server import FileServerDestination
from stepcoder.net.addresses import AddressPolicy
from stepcoder.storage import Place, Secret
from stepcoder.transfers.ftp import FtpConnection


class FtpDestination(FileServerDestination):
    """The server of `ftp://host/path` or `ftps://host/path`, paths from its root. No login is anonymous."""

    def __init__(self, place: Place, login: Secret | None, policy: AddressPolicy) -> None:
        super().__init__(place, lambda: FtpConnection(place, login, policy))
