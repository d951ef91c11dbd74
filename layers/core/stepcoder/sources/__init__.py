"""Where files are read from: one file per scheme behind one small protocol. Probing and decoding are elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stepcoder.errors import InputError
from stepcoder.net import AddressPolicy, Client, redact
from stepcoder.sources.http import HttpSource
from stepcoder.sources.protocol import UNKNOWN_SIZE, RangedSource
from stepcoder.sources.s3 import ReadsObjects, S3Source
from stepcoder.sources.sniff import refuse_non_media, sniff
from stepcoder.storage import Place, Secret

__all__ = ["UNKNOWN_SIZE", "RangedSource", "open_http", "open_place", "refuse_non_media", "sniff"]

Opens = Callable[[Place, Secret | None, AddressPolicy, str | None], RangedSource]


def open_http(
    url: str, client: Client, *, headers: Mapping[str, str] | None = None, pinned: str | None = None
) -> RangedSource:
    """Open the file at an http(s) URL. Nothing of it is judged yet: call `refuse_non_media` next.

    `pinned` is the `etag` of an earlier opening; a changed file is refused. Raises InputError, TryAgain.
    """
    if url.strip().partition("://")[0].lower() not in ("http", "https"):
        raise InputError("InvalidFilePathError", f"{redact(url)!r} is not the URL of a file that can be read.")
    return HttpSource(url, client, headers=headers, pinned=pinned)


def open_place(
    place: Place,
    login: Secret | None,
    *,
    objects: Callable[[Place, Secret | None], ReadsObjects],
    policy: AddressPolicy,
    pinned: str | None = None,
) -> RangedSource:
    """Open a file in a storage like open_http. `objects` gives buckets as a login sees them; None is the service."""
    if place.family in ("s3", "gcs"):
        return S3Source(place, objects(place, login), pinned=pinned, by_customer=login is not None)
    source: RangedSource = _opener(place.family)(place, login, policy, pinned)
    return source


def _opener(family: str) -> Opens:
    # Loaded here: their libraries are in the workers' layers only, and no worker needs all of them.
    if family in ("ftp", "ftps"):
        from stepcoder.sources.ftp import FtpSource

        return lambda place, login, policy, pinned: FtpSource(place, login, policy, pinned=pinned)
    if family == "sftp":
        from stepcoder.sources.sftp import SftpSource

        return lambda place, login, policy, pinned: SftpSource(place, login, policy, pinned=pinned)
    if family == "cf":
        from stepcoder.sources.cf import CfSource

        return lambda place, login, policy, pinned: CfSource(place, login, policy, pinned=pinned)
    from stepcoder.sources.azure import AzureSource

    return lambda place, login, policy, pinned: AzureSource(place, login, policy, pinned=pinned)
