"""Reports as Zencoder documents (zencoder-api 2.11). Rendering only; what was used is counted elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stepcoder.billing import NOTHING, Amount, UsageLine, minutes

Document = dict[str, Any]

_LIVE_MEMBERS = (
    "stream_hours",
    "billable_stream_hours",
    "encoded_hours",
    "billable_encoded_hours",
    "total_hours",
    "total_billable_hours",
)


def vod_report(lines: Sequence[UsageLine]) -> Document:
    """The answer to GET /reports/vod and /reports/minutes. The total is of the exact amounts, rounded once."""
    total = sum((line.amount for line in lines), NOTHING)
    return {"total": _minutes(total), "statistics": [_record(line) for line in lines]}


def live_report() -> Document:
    """The answer to GET /reports/live: there are no live streams here, so nothing was used."""
    return {"total": dict.fromkeys(_LIVE_MEMBERS, 0), "statistics": []}


def whole_report(lines: Sequence[UsageLine]) -> Document:
    """The answer to GET /reports/all: both, side by side."""
    parts = {"live": live_report(), "vod": vod_report(lines)}
    return {member: {kind: part[member] for kind, part in parts.items()} for member in ("total", "statistics")}


def _record(line: UsageLine) -> Document:
    return {"grouping": line.grouping, "collected_on": line.day, **_minutes(line.amount)}


def _minutes(amount: Amount) -> Document:
    return {"encoded_minutes": minutes(amount.encoded), "billable_minutes": minutes(amount.billable)}
