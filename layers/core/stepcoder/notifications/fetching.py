"""The notifications kept for the developers' fetcher, which polls and replays them (zencoder-api 2.10).

The fetcher asks with `since` for what is new, and takes the `sent_at` of an answer as the `since` of its next question.
So that none is ever missed, sent_at lies some seconds back: what was told meanwhile may not be in the index yet. The
price is that a notification can come twice, as any can.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from stepcoder import runtime
from stepcoder.api.paging import Page
from stepcoder.errors import InvalidRequest
from stepcoder.notifications.bodies import NoLongerKept, stored_body
from stepcoder.records.announcements import ToldEntry
from stepcoder.records.model import Account
from stepcoder.records.store import records

# Longer than an index of DynamoDB is behind, and than clocks of its writers differ.
_LAG = timedelta(seconds=15)
_SECOND = timedelta(seconds=1)
_LARGEST_ANSWER = 4_000_000  # bytes of bodies; Lambda answers with at most 6 MB


@dataclass(frozen=True)
class Fetched:
    """Notifications, the oldest first, each with the format to hand it on in; and the next question's `since`."""

    notifications: list[tuple[dict[str, Any], str]]
    sent_at: str


def fetch(account: Account, page: Page, since: str | None = None, since_id: str | None = None) -> Fetched:
    """A page of what is kept for the account's fetcher, the oldest notification first.

    With `since` (a time) or `since_id` (of a job) pages count from the oldest that is newer; without either, page 1
    holds the newest. Raises InvalidRequest for a since or since_id that can't be read.
    """
    now, moment, after_job = runtime.now(), _moment(since), _job_id(since_id)
    from_oldest = moment is not None or after_job > 0
    told = records().told(account.id, moment, newest_first=not from_oldest)
    wanted = (entry for entry in told if entry.job_id > after_job)
    start = (page.number - 1) * page.size
    entries = islice(wanted, start, None)
    if from_oldest:
        chosen, cut = _whole_seconds(entries, page.size)
    else:
        chosen, cut = list(islice(entries, page.size))[::-1], False
    notifications, left_out = _contents(chosen)
    # The next question begins where this answer ends.
    ends = [_second(chosen[-1].told_at) + _SECOND] if cut else []
    ends += [_second(left_out)] if left_out else []
    return Fetched(notifications, runtime.timestamp(min([now - _LAG, *ends])))


def _whole_seconds(entries: Iterable[ToldEntry], size: int) -> tuple[list[ToldEntry], bool]:
    """The first `size`, and on to the end of the last one's second; whether there are more.

    `since` knows only seconds: a page that ended inside one could never be got past.
    """
    chosen: list[ToldEntry] = []
    for entry in entries:
        if len(chosen) >= size and _second(entry.told_at) > chosen[-1].told_at:
            return chosen, True
        chosen.append(entry)
    return chosen, False


def _contents(entries: list[ToldEntry]) -> tuple[list[tuple[dict[str, Any], str]], datetime | None]:
    """What was said at these events, as much as fits into an answer, and the time of the first that doesn't."""
    found: list[tuple[dict[str, Any], str]] = []
    left = _LARGEST_ANSWER
    for said in records().told_contents(entries):
        try:
            body = stored_body(said.content)
        except NoLongerKept:
            continue
        left -= len(body)
        if left < 0 and found:
            return found, said.told_at
        found.append((json.loads(body), said.fetched_as or "json"))
    return found, None


def _second(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _moment(text: str | None) -> datetime | None:
    if not text or not text.strip():
        return None
    try:
        # The fetcher doesn't escape its query, in which + is a space.
        moment = datetime.fromisoformat(text.strip().replace(" ", "+") if "T" in text else text.strip())
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return max(aware.astimezone(UTC), datetime(1970, 1, 1, tzinfo=UTC))
    except (ValueError, OverflowError):
        raise InvalidRequest("since must be a time in ISO 8601, such as 2031-04-05T06:07:08Z.") from None


def _job_id(text: str | None) -> int:
    if not text or not text.strip():
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise InvalidRequest("since_id must be the id of a job.")
    return int(text)
