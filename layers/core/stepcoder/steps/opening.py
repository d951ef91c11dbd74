"""Opening a job's source: the customer's URL at first, then, pinned to that version, what the plan says."""

from __future__ import annotations

from functools import cache

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.net import AddressPolicy, Client
from stepcoder.plan.model import SourceFile
from stepcoder.sources import RangedSource, open_source


@cache
def guarded_client() -> Client:
    """The one client for customer-named hosts; the environment may name private hosts it lets through."""
    return Client(AddressPolicy.parse(runtime.settings().allow_private_hosts))


def open_input(url: str) -> RangedSource:
    """The customer's source. Our own work bucket is not theirs to read. Raises InputError, TryAgain."""
    closed = (runtime.settings().work_bucket,)
    return open_source(url, objects=Objects(), client=guarded_client(), closed_buckets=closed)


def open_planned(source: SourceFile) -> RangedSource:
    """The source as planned, the same version or an InputError: two films are never mixed."""
    return open_source(source.url, objects=Objects(), client=guarded_client(), pinned=source.etag)
