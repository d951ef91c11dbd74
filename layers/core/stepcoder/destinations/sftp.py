"""Delivery to SFTP servers. What holds for all file servers is file_server.py's, the protocol transfers'."""

from __future__ import annotations

from stepcoder.destinations.file_server import FileServerDestination
from stepcoder.net.addresses import AddressPolicy
from stepcoder.storage import Place, Secret
from stepcoder.transfers.sftp import SftpConnection


class SftpDestination(FileServerDestination):
    """The server of `sftp://host/path`, paths from its root. The secret is a password or a private key."""

    def __init__(self, place: Place, login: Secret | None, policy: AddressPolicy) -> None:
        super().__init__(place, lambda: SftpConnection(place, login, policy))
