"""The ledger of notifications: which events were announced, by whom, and exactly what was said. No sending here.

An event is claimed, its messages are sent, then it is marked sent. Whoever dies between claim and mark leaves a claim
that another may take over once it is old, with the same content: announced at least once always, and exactly once as
long as nobody dies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stepcoder import runtime
from stepcoder.aws.expressions import absent, equals
from stepcoder.aws.table import Conflict, Table, Update
from stepcoder.records.items import announcement_path

CLAIM_SECONDS = 60  # sending takes well under a second; a claim this old belongs to the dead
_KEPT_SECONDS = 60 * 24 * 3600


@dataclass(frozen=True)
class Announcement:
    """`content` is what the first claimer stored. `mine`: the caller is to send it now. `sent`: it is out."""

    content: dict[str, Any]
    mine: bool
    sent: bool


class AnnouncementStore:
    """The part of Records that keeps the ledger of notifications."""

    table: Table

    def announcement(self, job_id: int, event: str) -> Announcement | None:
        """What is known of an event; None if nobody announced it yet. Claims nothing."""
        item = self.table.get(announcement_path(job_id, event))
        return None if item is None else Announcement(item["content"], mine=False, sent=bool(item.get("sent")))

    def claim_announcement(self, job_id: int, event: str, content: dict[str, Any]) -> Announcement:
        """Claim an event for sending. Of rivals one gets `mine`; the first content ever stored is everybody's."""
        path = announcement_path(job_id, event)
        now = runtime.now().timestamp()
        item = {"content": content, "claimed_at": now, "expires_at": int(now) + _KEPT_SECONDS}
        try:
            self.table.put_new(path, item)
        except Conflict as conflict:
            present = conflict.item or self.table.get(path) or {}
            return self._take_over(path, present, now)
        return Announcement(content, mine=True, sent=False)

    def _take_over(self, path: str, present: dict[str, Any], now: float) -> Announcement:
        content, sent = present["content"], bool(present.get("sent"))
        if sent or now - present["claimed_at"] < CLAIM_SECONDS:
            return Announcement(content, mine=False, sent=sent)
        unmoved = equals("claimed_at", present["claimed_at"]) & absent("sent")
        try:
            self.table.update(Update(path=path, set_={"claimed_at": now}, when=unmoved))
        except Conflict:
            return Announcement(content, mine=False, sent=False)
        return Announcement(content, mine=True, sent=False)

    def mark_announced(self, job_id: int, event: str) -> None:
        """All messages of the event are queued."""
        self.table.update(Update(path=announcement_path(job_id, event), set_={"sent": True}))
