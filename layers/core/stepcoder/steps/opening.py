"""Opening a job's source: the customer's URL at first, then, pinned to that version, what the plan says."""

from __future__ import annotations

from functools import cache

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.errors import EncodingError, InputError
from stepcoder.net import AddressPolicy, Client
from stepcoder.plan.model import SourceFile
from stepcoder.records.model import Input
from stepcoder.request.addresses import s3_address, storage_scheme
from stepcoder.sources import RangedSource, open_source
from stepcoder.steps.storage import Storage, storage_for


@cache
def guarded_client() -> Client:
    """The one client for customer-named hosts; the environment may name private hosts it lets through."""
    return Client(AddressPolicy.parse(runtime.settings().allow_private_hosts))


def open_input(given: Input) -> RangedSource:
    """The customer's source. Our own work bucket is not theirs to read. Raises InputError, TryAgain."""
    url = _address(given.url, given.credentials)
    storage = _storage(url, given.account_id, given.credentials)
    return open_source(
        url,
        objects=storage.objects,
        client=guarded_client(),
        closed_buckets=(runtime.settings().work_bucket,),
        by_customer=storage.by_customer,
    )


def open_planned(source: SourceFile) -> RangedSource:
    """The source as planned, the same version or an InputError: two films are never mixed."""
    url = _address(source.url, source.credentials)
    storage = _storage(url, source.account_id, source.credentials)
    return open_source(
        url,
        objects=storage.objects,
        client=guarded_client(),
        pinned=source.etag,
        by_customer=storage.by_customer,
    )


def _address(url: str, nickname: str | None) -> str:
    """An http(s) address of S3 is read as any web page, unless credentials are named for it and it has no signature."""
    place = s3_address(url) if nickname is not None and "signature=" not in url.lower() else None
    return url if place is None or url.lower().startswith("s3") else place.url


def _storage(url: str, account_id: int | None, nickname: str | None) -> Storage:
    if not url.lower().startswith("s3") or storage_scheme(url) != "s3":
        return Storage(Objects(), by_customer=False)
    try:
        return storage_for(url, account_id, nickname, Objects())
    except EncodingError as error:
        raise InputError(error.error_class, error.message) from None
