"""Opening a job's source: the customer's URL at first, then, pinned to that version, what the plan says."""

from __future__ import annotations

from functools import cache

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.errors import InputError
from stepcoder.net import Client
from stepcoder.plan.model import SourceFile
from stepcoder.records.model import Input
from stepcoder.request.places import place_of, scheme_of, signed
from stepcoder.sources import RangedSource, open_http
from stepcoder.steps.storage import Stores, own_policy
from stepcoder.storage import Place
from stepcoder.uploads.places import may_read


@cache
def guarded_client() -> Client:
    """The one client for customer-named web servers; the environment may name private hosts it lets through."""
    return Client(own_policy())


def open_input(given: Input) -> RangedSource:
    """The customer's source. Raises InputError, TryAgain."""
    return open_file(given.url, given.account_id, given.credentials)


def open_file(url: str, account_id: int | None, nickname: str | None) -> RangedSource:
    """A file that a customer named. Our work bucket and what others uploaded are not theirs to read.

    Raises InputError, TryAgain.
    """
    place = _stored(url, nickname)
    if place is None:
        return open_http(url, guarded_client())
    if place.family == "s3" and _closed(place, account_id):
        raise InputError("DownloadAccessDeniedError", f"Access to {place.url} was denied.")
    return Stores(account_id, Objects()).source(place, nickname)


def open_planned(source: SourceFile) -> RangedSource:
    """The source as planned, the same version or an InputError: two films are never mixed."""
    place = _stored(source.url, source.credentials)
    if place is None:
        return open_http(source.url, guarded_client(), pinned=source.etag)
    return Stores(source.account_id, Objects()).source(place, source.credentials, source.etag)


def _closed(place: Place, account_id: int | None) -> bool:
    settings = runtime.settings()
    if place.home == settings.upload_bucket:
        return not may_read(account_id, place.path)
    return place.home == settings.work_bucket


def _stored(url: str, nickname: str | None) -> Place | None:
    """The place in a storage, if it is to be opened as such.

    An http(s) address of a bucket is read as any web page, unless credentials are named for it and it has no signature.
    """
    if scheme_of(url.strip()) in ("http", "https") and (nickname is None or signed(url)):
        return None
    return place_of(url.strip())
