"""Where outputs are delivered: one file per scheme behind one small protocol. What goes there is decided elsewhere."""

from __future__ import annotations

from stepcoder.destinations.protocol import Delivered, Destination, OnBytes
from stepcoder.destinations.s3 import S3Destination, WritesObjects
from stepcoder.errors import OutputError
from stepcoder.net import redact

__all__ = ["Delivered", "Destination", "OnBytes", "open_destination"]


def open_destination(url: str, objects: WritesObjects, *, by_customer: bool = False) -> Destination:
    """The directory that `url` (the place of an output's main file) lies in. Nothing is written yet.

    `by_customer`: `objects` signs with the customer's credentials, not with the service's role. Raises OutputError for
    a URL that can't be delivered to.
    """
    scheme = url.strip().partition("://")[0].lower()
    if scheme == "s3" or scheme.startswith("s3+"):
        return S3Destination(url, objects, by_customer=by_customer)
    raise OutputError("InvalidFilePathError", f"Outputs can be delivered to s3 URLs, but not to {redact(url)!r}.")
