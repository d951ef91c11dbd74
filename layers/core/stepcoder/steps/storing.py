"""From what the plan says of storing files to what a destination is told. Nothing is sent here."""

from __future__ import annotations

from stepcoder.destinations import Grant, Sending
from stepcoder.plan.storing import Storing


def sending_of(storing: Storing, content_type: str, size: int | None) -> Sending:
    """How one file is sent. `size` in bytes, where it is known."""
    return Sending(
        content_type=content_type,
        size=size,
        headers=storing.headers,
        public=storing.public,
        grants=tuple(
            Grant(permission, access.grantee) for access in storing.access for permission in access.permissions
        ),
        reduced_redundancy=storing.reduced_redundancy,
    )
