"""Where outputs are delivered: one file per scheme behind one small protocol. What goes there is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from stepcoder.destinations.protocol import Destination, Grant, OnBytes, Sending
from stepcoder.destinations.s3 import S3Destination, WritesObjects
from stepcoder.net import AddressPolicy
from stepcoder.storage import Place, Secret

__all__ = ["Destination", "Grant", "OnBytes", "Sending", "open_destination"]


def open_destination(
    place: Place,
    login: Secret | None,
    *,
    objects: Callable[[Place, Secret | None], WritesObjects],
    policy: AddressPolicy,
    warn: Callable[[str], None] = lambda sentence: None,
) -> Destination:
    """The server, bucket or container of a place. Nothing is connected to yet.

    `objects` gives buckets as a login sees them; without a login it is the service's own role. `warn` hears sentences
    about what could not be done as asked. Raises OutputError for a login that can't be one.
    """
    if place.family in ("s3", "gcs"):
        return S3Destination(place, objects(place, login), by_customer=login is not None, warn=warn)
    return _opener(place.family)(place, login, policy)


def _opener(family: str) -> Callable[[Place, Secret | None, AddressPolicy], Destination]:
    # Loaded here: their libraries are in the workers' layers only, and no worker needs all of them.
    if family in ("ftp", "ftps"):
        from stepcoder.destinations.ftp import FtpDestination

        return FtpDestination
    if family == "sftp":
        from stepcoder.destinations.sftp import SftpDestination

        return SftpDestination
    if family == "cf":
        from stepcoder.destinations.cf import CfDestination

        return CfDestination
    from stepcoder.destinations.azure import AzureDestination

    return AzureDestination
