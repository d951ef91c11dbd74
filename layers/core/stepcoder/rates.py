"""How many calls an account may make in a minute (zencoder-api 1.7): groups of calls, limits, and counting.

Counts are kept in records/rates.py; what a refusal looks like on the wire is the dialect's.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, fields, replace
from functools import cache

from stepcoder import runtime
from stepcoder.api.faults import trace_of
from stepcoder.records.rates import Window
from stepcoder.records.store import records

UNLIMITED_REMAINING = 1_000_000  # what is told where nothing is counted: clients expect a number
_READS = frozenset({"GET", "HEAD"})
_DETAILS = frozenset({"jobs", "inputs", "outputs"})
_ID = re.compile("[1-9][0-9]{0,17}")  # anything else names no output, so it gets no counter of its own
_MOST_REMEMBERED = 1000

# Groups known to be full, and until when (epoch seconds). A flood of refused calls must not become a flood of writes.
_full: dict[str, float] = {}


@dataclass(frozen=True)
class Limits:
    """Calls in a minute for each kind of group; 0 is unlimited. The defaults are the reference's."""

    default: int = 60
    create_job: int = 1000
    progress: int = 5000  # of jobs and inputs
    account: int = 5000
    output_progress: int = 60  # for each output


@dataclass(frozen=True)
class Group:
    """Calls that share a counter: `name` tells groups apart, `limit` is the name of the limit that holds for it."""

    name: str
    limit: str


@dataclass(frozen=True)
class Allowance:
    """Whether a call may be made, how many more may be, and for one that may not, the seconds until one may."""

    allowed: bool
    remaining: int
    retry_after: int = 0


@cache
def limits_of(text: str) -> Limits:
    """Limits written as `default=60,create_job=1000`; those not named keep their defaults. Raises ValueError."""
    known = {member.name for member in fields(Limits)}
    changed: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = (side.strip() for side in part.partition("="))
        if name not in known or name in changed or not re.fullmatch("[0-9]{1,7}", number):
            raise ValueError(
                f"Rate limits are wrong at {part!r}: write name=number pairs with commas between them, each name once, "
                f"names from {', '.join(sorted(known))}, numbers from 0 (unlimited) to 9999999."
            )
        changed[name] = int(number)
    return replace(Limits(), **changed)


def group_of(method: str, path: str) -> Group:
    """The group a call belongs to. `path` is as routes know it: `/jobs/1001/progress`."""
    method = "GET" if method.upper() in _READS else method.upper()
    parts = path.strip("/").split("/")
    collection, last = parts[0], parts[-1]
    if method == "GET" and len(parts) == 3 and last == "progress":
        if collection == "outputs" and _ID.fullmatch(parts[1]):
            return Group(f"GET/outputs/{parts[1]}", "output_progress")
        return Group("GET/progress", "progress")
    if method == "GET" and len(parts) == 2 and collection in _DETAILS:
        return Group("GET/details", "default")
    if method == "POST" and parts in (["jobs"], ["encoder", "jobs"], ["files"]):
        return Group(f"POST/{last}", "create_job")
    if method == "GET" and collection in ("encoder", "files"):
        # VideoSDK has no call for progress: its clients poll details.
        return Group(f"GET/{collection}", "progress")
    return Group(f"{method}/{collection}", "account" if collection == "account" else "default")


def count_call(account_id: int, method: str, path: str) -> Allowance:
    """Count a call of an account, if it is still allowed.

    When the table is busy or fails, the call is let through and the fault logged: limits protect the service, so they
    must not be what takes it down. Raises ValueError if the limits of this deployment can't be read.
    """
    group = group_of(method, path)
    limit: int = getattr(limits_of(runtime.settings().rate_limits), group.limit)
    if limit == 0:
        return Allowance(True, UNLIMITED_REMAINING)
    key, now = f"{account_id}/{group.name}", runtime.now().timestamp()
    if _full.get(key, now) > now:
        return _refused(_full[key], now)
    try:
        window = records().count_call(account_id, group.name, limit)
    except Exception as error:
        runtime.logger().warning("a call was not counted", trace=trace_of(error))
        return Allowance(True, limit)
    return _judged(key, window, limit, now)


def forget() -> None:
    """Forget which groups are full: for tests, whose tables come and go."""
    _full.clear()


def _judged(key: str, window: Window, limit: int, now: float) -> Allowance:
    if window.counted:
        return Allowance(True, limit - window.calls)
    if len(_full) >= _MOST_REMEMBERED:
        _full.clear()
    _full[key] = window.ends_at
    return _refused(window.ends_at, now)


def _refused(ends_at: float, now: float) -> Allowance:
    return Allowance(False, 0, max(1, math.ceil(ends_at - now)))
