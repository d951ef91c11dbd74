"""From a message in the queue to its target: one attempt, its log, and when the next one is due. Queueing is elsewhere.

Up to 20 attempts, the wait doubling from 5 seconds to an hour (zencoder-api 4.3). The queue counts them and parks what
was given up in its dead-letter queue; the log (records/deliveries.py) tells the customer.

Outputs are told of before their job (4.3), which a standard queue does not promise. A job's message names those of its
outputs; as long as one of them has not been tried once, it is queued again for later, but for a minute at most: an
output's receiver that doesn't answer must not keep the job's from hearing. Not a FIFO queue, because that one holds
back everything behind a message that failed.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from stepcoder import runtime
from stepcoder.aws import mail, queue
from stepcoder.errors import StepcoderError, TryAgain
from stepcoder.net import redact
from stepcoder.notifications.bodies import NoLongerKept, in_format, stored_body
from stepcoder.notifications.outcomes import Outcome
from stepcoder.notifications.posting import headers_for, post_to
from stepcoder.notifications.targets import NO_SENDER
from stepcoder.records.deliveries import DeliveryAttempt, DeliveryState
from stepcoder.records.store import records

MOST_ATTEMPTS = 20  # the queue's maxReceiveCount says the same
_FIRST_WAIT = 5
_LONGEST_WAIT = 3600
_LONGEST_WISH = 6 * 3600  # of a Retry-After; SQS hides a message for 12 hours at most
_LONGEST_REASON = 500

_LEAD = timedelta(seconds=60)
_LOOK_AGAIN = 2  # seconds

# A further copy is dropped. Not of what was given up: an operator may send that back from the dead-letter queue.
_THROUGH: frozenset[DeliveryState] = frozenset({"delivered", "gone", "refused", "kept"})

Attempt = Callable[[Mapping[str, Any]], Outcome]


class Undelivered(StepcoderError):
    """The target did not take the notification this time; the queue keeps the message."""


def deliver(message: Mapping[str, Any]) -> Outcome:
    """One attempt, by the message's channel. Raises TryAgain when our own storage is out of reach."""
    try:
        body = stored_body(message)
    except NoLongerKept as lost:
        return Outcome("refused", reason=str(lost))
    if message["channel"] == "mail":
        return _mail(message, body)
    written = in_format(message["format"], body)
    account = records().account(message["account_id"])
    return post_to(message["target"], written, headers_for(message, account, written))


def deliver_received(
    message: Mapping[str, Any], attempt: int, receipt_handle: str, try_once: Attempt = deliver
) -> None:
    """Try once, log what came of it, and on failure say when the queue is to hand the message out again.

    `attempt` counts from 1. Raises Undelivered after a failure: the caller reports the message as failed, which keeps
    it in the queue. Raises TryAgain as deliver does.
    """
    known = records().delivery(message["job_id"], message["event_id"])
    if known is not None and known.state in _THROUGH:
        return
    if attempt == 1 and _is_early(message):
        # A copy, because coming back would count as an attempt. Should both live on, they say the same.
        queue.send(dict(message), _LOOK_AGAIN)
        return
    outcome, tried = _timed(message, try_once)
    if outcome.result != "failed":
        _log(message, tried, outcome.result, None)
        return
    last = attempt >= MOST_ATTEMPTS
    # At once after the last one: the queue moves it to its dead-letter queue when it would hand it out again.
    wait = 0 if last else wait_after(attempt, outcome.retry_after)
    _log(message, tried, "given_up" if last else "pending", None if last else runtime.now() + timedelta(seconds=wait))
    queue.show_again_in(receipt_handle, wait)
    raise Undelivered(str(outcome.reason))


def wait_after(attempt: int, retry_after: int = 0) -> int:
    """Seconds from failed attempt number `attempt` to the next: 5, 10, 20 … 3600, or longer if the target asked."""
    doubled = _FIRST_WAIT << min(max(attempt, 1) - 1, 20)
    return max(min(doubled, _LONGEST_WAIT), min(retry_after, _LONGEST_WISH))


def _is_early(message: Mapping[str, Any]) -> bool:
    """Whether a message that should go before this one has not been tried yet, and may still be waited for."""
    before = message.get("after") or ()
    if not before or runtime.now() - datetime.fromisoformat(message["told_at"]) >= _LEAD:
        return False
    logs = records().deliveries(message["job_id"], before)
    return any(log.state == "pending" and not log.attempts for log in logs)


def _timed(message: Mapping[str, Any], try_once: Attempt) -> tuple[Outcome, DeliveryAttempt]:
    stamp, started = runtime.timestamp(), time.monotonic()
    outcome = try_once(message)
    milliseconds = round((time.monotonic() - started) * 1000)
    reason = outcome.reason[:_LONGEST_REASON] if outcome.reason else None
    return outcome, DeliveryAttempt(stamp, milliseconds, outcome.status, reason)


def _mail(message: Mapping[str, Any], body: bytes) -> Outcome:
    from stepcoder.notifications.mails import mail as written

    sender = runtime.settings().mail_from
    if not sender:
        return Outcome("refused", reason=f"It was not sent: {NO_SENDER}.")
    recipient = message["target"]
    told_at = datetime.fromisoformat(message["told_at"])
    text = written(json.loads(body), event_id=message["event_id"], told_at=told_at, sender=sender, recipient=recipient)
    try:
        mail.send(sender, recipient, text)
    except mail.MailFailed as failure:
        return Outcome("refused" if failure.for_ever else "failed", reason=str(failure))
    except TryAgain as fault:
        return Outcome("failed", reason=str(fault))
    return Outcome("delivered")


def _log(message: Mapping[str, Any], tried: DeliveryAttempt, state: DeliveryState, next_at: datetime | None) -> None:
    event_id = message["event_id"]
    told = {"event_id": event_id, "target": redact(message["target"]), "status": tried.status, "reason": tried.reason}
    runtime.logger().info("notification tried", state=state, **told)
    try:
        records().log_attempt(message["job_id"], event_id, tried, state, next_at)
    except TryAgain:
        # The attempt is made; failing now would only make it twice.
        runtime.logger().warning("an attempt could not be logged", event_id=event_id, exc_info=True)
