"""From a message in the queue to a customer's server: one attempt, and when the next one is due. Queueing is elsewhere.

Up to 20 attempts (the queue's redrive policy counts them), the wait doubling from 5 seconds to an hour (4.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from stepcoder import runtime
from stepcoder.aws import queue
from stepcoder.aws.objects import Objects
from stepcoder.errors import StepcoderError
from stepcoder.net import AddressPolicy, Client, NetError, redact
from stepcoder.records.store import records
from stepcoder.signing import signature_headers

if TYPE_CHECKING:
    from stepcoder.net import Answer

USER_AGENT = "Stepcoder/1"
_SECONDS_TO_ANSWER = 15
_FIRST_WAIT = 5
_LONGEST_WAIT = 3600
_LONGEST_WISH = 6 * 3600  # of a Retry-After; SQS hides a message for 12 hours at most
_GONE = 410


class Post(Protocol):
    """How a body gets to a URL: the guarded client's `post`, or a test's."""

    def __call__(self, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Answer: ...


class Undelivered(StepcoderError):
    """The target did not take the notification. `retry_after`: seconds it asked us to wait, 0 if it didn't ask."""

    def __init__(self, reason: str, retry_after: int = 0) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


def deliver(message: Mapping[str, Any], post: Post | None = None) -> None:
    """Post one queued notification. Taken: a 2xx, or a 410, by which the target refuses it for ever.

    Raises Undelivered for every other answer and for none, TryAgain when our own storage is out of reach.
    """
    body = _body(message)
    headers = _headers(message, body)
    target = str(message["target"])
    try:
        answer = (post or _guarded_post)(target, body, headers, _SECONDS_TO_ANSWER)
    except NetError as error:
        raise Undelivered(str(error)) from error
    if answer.status == _GONE:
        runtime.logger().info("notification target is gone", job_id=message["job_id"], target=redact(target))
    elif not 200 <= answer.status < 300:
        reason = f"{redact(target)} answered {answer.status}."
        raise Undelivered(reason, _wished_wait(answer.headers, runtime.now()))


def deliver_received(message: Mapping[str, Any], attempt: int, receipt_handle: str, post: Post | None = None) -> None:
    """deliver, and on failure say when the queue is to hand the message out again. `attempt` counts from 1.

    Raises what deliver raises: the caller reports the message as failed, which keeps it in the queue.
    """
    try:
        deliver(message, post)
    except Undelivered as failure:
        wait = wait_after(attempt, failure.retry_after)
        runtime.logger().info(
            "notification not delivered", event_id=message["event_id"], attempt=attempt, reason=str(failure), wait=wait
        )
        queue.show_again_in(receipt_handle, wait)
        raise


def wait_after(attempt: int, retry_after: int = 0) -> int:
    """Seconds from failed attempt number `attempt` to the next: 5, 10, 20 … 3600, or longer if the target asked."""
    doubled = _FIRST_WAIT << min(max(attempt, 1) - 1, 20)
    return max(min(doubled, _LONGEST_WAIT), min(retry_after, _LONGEST_WISH))


def _body(message: Mapping[str, Any]) -> bytes:
    if "body" in message:
        return str(message["body"]).encode()
    return Objects().get(runtime.settings().work_bucket, message["body_key"])


def _headers(message: Mapping[str, Any], body: bytes) -> dict[str, str]:
    account = records().account(message["account_id"])
    ours = {
        "Content-Type": "application/json",
        "X-Zencoder-Notification-Secret": account.notification_secret,
        **signature_headers(account.signing_secret, message["event_id"], runtime.now(), body),
    }
    # A customer's header may replace our User-Agent, never what identifies or proves the message.
    protected = {name.lower() for name in ours}
    custom = {name: value for name, value in message["headers"].items() if name.lower() not in protected}
    agent = {} if "user-agent" in {name.lower() for name in custom} else {"User-Agent": USER_AGENT}
    return {**agent, **custom, **ours}


@cache
def _client(allow_private_hosts: str) -> Client:
    return Client(AddressPolicy.parse(allow_private_hosts))


def _guarded_post(url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Answer:
    return _client(runtime.settings().allow_private_hosts).post(url, body, headers, timeout)


def _wished_wait(headers: Mapping[str, str], now: datetime) -> int:
    """Retry-After in seconds, from its number or its date; 0 if there is none to be understood."""
    text = next((value for name, value in headers.items() if name.lower() == "retry-after"), "").strip()
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return 0
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, int((aware - now).total_seconds()))
