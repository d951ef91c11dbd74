"""Notification documents: those kept for the fetcher (zencoder-api 2.10), and the log of a job's. Rendering only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stepcoder.notifications.fetching import Fetched
    from stepcoder.records.deliveries import Delivery, DeliveryAttempt

Document = dict[str, Any]


def fetched_notifications(fetched: Fetched) -> Document:
    """The answer to GET /notifications. The fetcher takes `format` out and posts the rest."""
    notifications = [{**payload, "format": format_} for payload, format_ in fetched.notifications]
    return {"notifications": notifications, "sent_at": fetched.sent_at}


def delivery_log(logs: Sequence[Delivery], shown: Callable[[str], str]) -> Document:
    """The answer to GET /jobs/:id/notifications, our extension. `shown` takes the secrets out of a target."""
    return {"notifications": [_delivery(log, shown) for log in logs]}


def _delivery(log: Delivery, shown: Callable[[str], str]) -> Document:
    return {
        "id": log.event_id,
        "event": "job" if log.message["event"].startswith("job") else "output",
        "target": shown(log.message["target"]),
        "format": "text" if log.message["channel"] == "mail" else log.message["format"],
        "state": log.state,
        "queued_at": log.queued_at,
        "next_attempt_at": log.next_attempt_at,
        "attempts": [_attempt(attempt) for attempt in log.attempts],
    }


def _attempt(attempt: DeliveryAttempt) -> Document:
    return {
        "attempted_at": attempt.attempted_at,
        "status": attempt.status,
        "reason": attempt.reason,
        "milliseconds": attempt.milliseconds,
    }
