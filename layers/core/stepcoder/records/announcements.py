"""The ledger of notifications: which events were announced, by whom, and exactly what was said. No sending here.

An event is claimed, its messages are sent, then it is marked sent. Whoever dies between claim and mark leaves a claim
that another may take over once it is old, with the same content: announced at least once always, and exactly once as
long as nobody dies.

Events that somebody fetches instead of being sent them (zencoder-api 2.10) are in the index `told` as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from stepcoder import runtime
from stepcoder.aws.expressions import absent, at_least, equals
from stepcoder.aws.table import TOLD, Conflict, Table, Update
from stepcoder.records.items import announcement_path
from stepcoder.records.retention import expiry

CLAIM_SECONDS = 60  # sending takes well under a second; a claim this old belongs to the dead
# One width for all: the index sorts texts.
_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True)
class Announcement:
    """`content` is what the first claimer stored, at the moment `told_at`. `mine`: the caller is to send it now.
    `sent`: it is out. `fetched_as`: the format to hand it to a fetcher in, None if no fetcher is to have it.
    """

    content: dict[str, Any]
    mine: bool
    sent: bool
    told_at: datetime
    fetched_as: str | None = None


@dataclass(frozen=True)
class ToldEntry:
    """An event that is kept for a fetcher, as the index knows it."""

    path: str
    job_id: int
    told_at: datetime


class AnnouncementStore:
    """The part of Records that keeps the ledger of notifications."""

    table: Table

    def announcement(self, job_id: int, event: str) -> Announcement | None:
        """What is known of an event; None if nobody announced it yet. Claims nothing."""
        item = self.table.get(announcement_path(job_id, event))
        return None if item is None else _announcement(item)

    def claim_announcement(
        self,
        job_id: int,
        event: str,
        content: dict[str, Any],
        fetched: tuple[int, str] | None = None,
        *,
        job_created_at: str | None = None,
    ) -> Announcement:
        """Claim an event for sending. Of rivals one gets `mine`; the first content ever stored is everybody's.

        `fetched`: the account whose fetcher is to have it, and in which format. `job_created_at`: the event is kept as
        long as the job, None for as long as one that is created now.
        """
        path = announcement_path(job_id, event)
        now = runtime.now()
        item = {
            "content": content,
            "claimed_at": now.timestamp(),
            "told_at": now.strftime(_MOMENT),
            "expires_at": expiry(job_created_at or runtime.timestamp(now)),
        }
        if fetched is not None:
            # This attribute is what brings the item into the index.
            item["told_account"], item["fetched_as"] = fetched
        try:
            self.table.put_new(path, item)
        except Conflict as conflict:
            present = conflict.item or self.table.get(path) or {}
            return self._take_over(path, present, now.timestamp())
        return _announcement(item, mine=True)

    def _take_over(self, path: str, present: dict[str, Any], now: float) -> Announcement:
        if present.get("sent") or now - present["claimed_at"] < CLAIM_SECONDS:
            return _announcement(present)
        unmoved = equals("claimed_at", present["claimed_at"]) & absent("sent")
        try:
            self.table.update(Update(path=path, set_={"claimed_at": now}, when=unmoved))
        except Conflict:
            return _announcement(present)
        return _announcement(present, mine=True)

    def mark_announced(self, job_id: int, event: str) -> None:
        """All messages of the event are queued."""
        self.table.update(Update(path=announcement_path(job_id, event), set_={"sent": True}))

    def told(self, account_id: int, since: datetime | None, *, newest_first: bool) -> Iterator[ToldEntry]:
        """The events kept for an account's fetcher, by the time they were first told; the index may be behind."""
        within = None if since is None else at_least("told_at", since.astimezone(UTC).strftime(_MOMENT))
        found = self.table.query(TOLD, "told_account", account_id, newest_first=newest_first, within=within)
        for entry in found:
            yield ToldEntry(entry["path"], int(entry["path"].split("/")[1]), _moment(entry["told_at"]))

    def told_contents(self, entries: Iterable[ToldEntry]) -> list[Announcement]:
        """What was said at those events, in their order, without those that are no longer kept."""
        wanted = list(entries)
        found = self.table.get_many(entry.path for entry in wanted)
        return [_announcement(found[entry.path]) for entry in wanted if entry.path in found]


def _announcement(item: dict[str, Any], *, mine: bool = False) -> Announcement:
    told_at = _moment(item["told_at"])
    return Announcement(item["content"], mine, bool(item.get("sent")), told_at, item.get("fetched_as"))


def _moment(text: str) -> datetime:
    return datetime.strptime(text, _MOMENT).replace(tzinfo=UTC)
