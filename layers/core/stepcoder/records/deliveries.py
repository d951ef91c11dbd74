"""The log of deliveries: for each message what was tried and what came of it. Neither sending nor deciding is here.

One item for each message, `jobs/<id>/deliveries/<event id>`, kept as long as the job. The message's body is not in it:
the ledger (announcements.py) has that.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from stepcoder import runtime
from stepcoder.aws.expressions import equals
from stepcoder.aws.table import Conflict, Table, Update
from stepcoder.errors import TryAgain
from stepcoder.records.items import delivery_path
from stepcoder.records.retention import expiry

# kept: for the account's fetcher, sent to nobody. gone: the target answered 410. refused: it can't be sent there.
DeliveryState = Literal["pending", "kept", "delivered", "gone", "refused", "given_up"]

MOST_ATTEMPTS_KEPT = 40
_RACES = 10


@dataclass(frozen=True)
class DeliveryAttempt:
    """One try. `status`: what an HTTP target answered, if it did. `reason`: why it failed, None if it did not."""

    attempted_at: str
    milliseconds: int
    status: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Delivery:
    """One message's log, oldest attempt first. `message` is what was queued, but for its body: it holds secrets.

    `next_attempt_at` is set while the state is pending.
    """

    message: dict[str, Any]
    state: DeliveryState
    queued_at: str
    next_attempt_at: str | None = None
    attempts: tuple[DeliveryAttempt, ...] = field(default=())
    version: int = 0  # rises with each change

    @property
    def event_id(self) -> str:
        return str(self.message["event_id"])


class DeliveryStore:
    """The part of Records that keeps the log of deliveries."""

    table: Table

    def add_delivery(
        self, message: dict[str, Any], state: DeliveryState = "pending", *, job_created_at: str | None = None
    ) -> None:
        """Begin a message's log, unless it has one. `job_created_at` as in claim_announcement."""
        now = runtime.now()
        stamp = runtime.timestamp(now)
        next_attempt_at = stamp if state == "pending" else None
        item = {
            **_to_item(Delivery(message, state, queued_at=stamp, next_attempt_at=next_attempt_at)),
            "expires_at": expiry(job_created_at or stamp),
        }
        with suppress(Conflict):
            self.table.put_new(delivery_path(message["job_id"], message["event_id"]), item)

    def delivery(self, job_id: int, event_id: str) -> Delivery | None:
        """A message's log, None if there is none."""
        item = self.table.get(delivery_path(job_id, event_id))
        return None if item is None else _from_item(item)

    def deliveries(self, job_id: int, event_ids: Iterable[str]) -> list[Delivery]:
        """The logs that exist, in the order asked for."""
        paths = [delivery_path(job_id, event_id) for event_id in event_ids]
        found = self.table.get_many(paths)
        return [_from_item(found[path]) for path in paths if path in found]

    def log_attempt(
        self, job_id: int, event_id: str, attempt: DeliveryAttempt, state: DeliveryState, next_at: datetime | None
    ) -> None:
        """Add an attempt and what follows from it; without effect on a message that has no log. Raises TryAgain."""
        for _ in range(_RACES):
            known = self.delivery(job_id, event_id)
            if known is None:
                return
            attempts = (*known.attempts, attempt)[-MOST_ATTEMPTS_KEPT:]
            next_attempt_at = runtime.timestamp(next_at) if next_at else None
            if self.change_delivery(known, state=state, attempts=attempts, next_attempt_at=next_attempt_at):
                return
        raise TryAgain(f"The log of {event_id} changes too fast to be written just now.")

    def change_delivery(self, known: Delivery, **changes: Any) -> bool:
        """Change fields of a log. False: it is no longer as `known`."""
        item = _to_item(replace(known, **changes, version=known.version + 1))
        path = delivery_path(known.message["job_id"], known.event_id)
        try:
            self.table.update(Update(path=path, set_=item, when=equals("version", known.version)))
        except Conflict:
            return False
        return True


def _to_item(delivery: Delivery) -> dict[str, Any]:
    return {
        "message": delivery.message,
        "state": delivery.state,
        "queued_at": delivery.queued_at,
        "next_attempt_at": delivery.next_attempt_at,
        "attempts": [
            {name: value for name, value in vars(attempt).items() if value is not None} for attempt in delivery.attempts
        ],
        "version": delivery.version,
    }


def _from_item(item: dict[str, Any]) -> Delivery:
    return Delivery(
        message=item["message"],
        state=item["state"],
        queued_at=item["queued_at"],
        next_attempt_at=item["next_attempt_at"],
        attempts=tuple(DeliveryAttempt(**attempt) for attempt in item["attempts"]),
        version=item["version"],
    )
