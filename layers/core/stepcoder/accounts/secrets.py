"""The two secrets that prove our notifications to their receivers, and their rotation. Signing itself is signing.py.

`notification_secret` is sent as it is, in X-Zencoder-Notification-Secret (zencoder-api 4.3); `signing_secret` signs,
and is never sent. After a rotation there is an overlap: deliveries carry the signatures of both signing secrets, and
still the old notification secret, because a receiver compares that one with what it knows. It has until the end of the
overlap to learn the new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from stepcoder import runtime
from stepcoder.accounts.members import whole_number
from stepcoder.records.model import Account
from stepcoder.records.store import records

_DEFAULT_OVERLAP_HOURS = 24
_LONGEST_OVERLAP_HOURS = 168


def in_force(account: Account, now: datetime) -> tuple[str, list[str]]:
    """What a delivery at this moment carries: the notification secret, and the signing secrets, the newest first."""
    if not in_overlap(account, now):
        return account.notification_secret, [account.signing_secret]
    old_header = account.previous_notification_secret or account.notification_secret
    return old_header, [secret for secret in (account.signing_secret, account.previous_signing_secret) if secret]


def in_overlap(account: Account, now: datetime) -> bool:
    """Whether the secrets from before the last rotation are still in force."""
    until = account.secrets_overlap_until
    return until is not None and now < datetime.fromisoformat(until)


def rotate(account: Account, body: Mapping[str, Any]) -> Account:
    """New secrets; the old ones stay in force for `overlap_hours` (0 to 168, default 24) besides.

    A rotation during an overlap ends that overlap: what is replaced is what was new. Raises InvalidRequest, and
    WrongState when two calls rotate at once.
    """
    hours = whole_number(body, "overlap_hours", 0, _LONGEST_OVERLAP_HOURS)
    overlap = timedelta(hours=_DEFAULT_OVERLAP_HOURS if hours is None else hours)
    until = runtime.timestamp(runtime.now() + overlap) if overlap else None
    return records().replace_secrets(account, until)
