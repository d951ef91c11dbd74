"""How long a job's records are kept: the one rule, for everything a job leaves in the table (zencoder-api 1.8)."""

from __future__ import annotations

from datetime import datetime, timedelta

KEPT = timedelta(days=60)


def expiry(created_at: str) -> int:
    """When all is gone that belongs to a job created then: the TTL attribute `expires_at`, in seconds since 1970.

    `created_at` as the records write it; UTC.
    """
    return int((datetime.fromisoformat(created_at) + KEPT).timestamp())
