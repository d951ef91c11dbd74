"""The days a report is asked for, from query parameters (zencoder-api 2.11). Pure.

Today is never included: a `to` of today or later is taken as yesterday, because clients that want everything up to now
name today. `from` and `to` may be two months apart at most, after that.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

from stepcoder.errors import InvalidRequest

DEFAULT_DAYS = 30
MOST_MONTHS = 2

# A client's own name for its zone is passed over: the Java library writes one behind each day.
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})( [A-Za-z]{1,5}([-+ ]\d{2}:\d{2})?)?", re.ASCII)


def days_of(parameter: Callable[[str], str | None], today: date) -> list[str]:
    """The days from `from` to `to`, both included, as YYYY-MM-DD; none when only today or later was asked for.

    Without `to` they end yesterday, without `from` they are the last 30 of them. Raises InvalidRequest.
    """
    yesterday = today - timedelta(days=1)
    given = {name: parameter(name) or None for name in ("from", "to")}
    read = {name: _day(text) for name, text in given.items()}
    if wrong := [_malformed(name, str(given[name])) for name in given if given[name] and read[name] is None]:
        raise InvalidRequest(*wrong)
    last = min(read["to"] or yesterday, yesterday)
    first = read["from"] or _before(last, DEFAULT_DAYS - 1)
    if first > (read["to"] or yesterday):
        until = f"to, {read['to']}" if read["to"] else f"yesterday, {yesterday}, the last day of every report"
        raise InvalidRequest(f"from is {first}: it must not be later than {until}.")
    if first <= last and last > _months_after(first, MOST_MONTHS):
        raise InvalidRequest(
            f"from is {first} and to is {last}: they must not be more than {MOST_MONTHS} months apart."
        )
    return [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]


def _day(text: str | None) -> date | None:
    match = _DAY.fullmatch(text or "")
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _malformed(name: str, text: str) -> str:
    return f"{name} is {text[:40]!r}: it must be a day of the calendar written as YYYY-MM-DD."


def _before(day: date, days: int) -> date:
    """So many days earlier, where the calendar goes that far back."""
    return max(date.min + timedelta(days=days), day) - timedelta(days=days)


def _months_after(day: date, months: int) -> date:
    """The same day of a later month, or that month's last. Only for days before today: the calendar goes on."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
