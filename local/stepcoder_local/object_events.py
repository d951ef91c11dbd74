"""What S3 and EventBridge do in AWS and moto does not: tell the rules' functions of objects that were made.

Puts, forms, copies and multipart uploads, in buckets whose template turns EventBridge on; none of S3's other events.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import moto.s3.notifications as moto_notifications

from .declared import EventRule, Resource
from .lambda_pool import LambdaPool
from .triggers import event, matches

_REASONS = {
    "s3:ObjectCreated:Put": "PutObject",
    "s3:ObjectCreated:Post": "POST Object",
    "s3:ObjectCreated:Copy": "CopyObject",
    "s3:ObjectCreated:CompleteMultipartUpload": "CompleteMultipartUpload",
}


class MadeObject(NamedTuple):
    """`reason` as EventBridge's events give it; `etag` without quotes."""

    bucket: str
    key: str
    size: int
    etag: str
    reason: str


class _Heard(threading.local):
    made: list[MadeObject] | None = None  # within a request: what it made so far


_heard = _Heard()
_moto_own = moto_notifications.send_event


def install() -> None:
    """Hear from moto of every object that is made in this process."""
    moto_notifications.send_event = _hear


def uninstall() -> None:
    """Let moto tell nobody again: the process may go on to use it otherwise."""
    moto_notifications.send_event = _moto_own


@contextmanager
def made_objects() -> Iterator[list[MadeObject]]:
    """The objects that are made by the request inside; complete when the request is over, and only then.

    moto tells of an object before it has its metadata.
    """
    made: list[MadeObject] = []
    _heard.made = made
    try:
        yield made
    finally:
        _heard.made = None


def _hear(account_id: str, event_name: Any, bucket: Any, key: Any) -> None:
    reason = _REASONS.get(str(getattr(event_name, "value", event_name)))
    if reason is None or _heard.made is None:
        return
    # moto tells of the end of a multipart upload twice; the second time it names the right reason.
    _heard.made[:] = [each for each in _heard.made if (each.bucket, each.key) != (bucket.name, key.name)]
    _heard.made.append(MadeObject(bucket.name, key.name, int(key.size), key.etag.strip('"'), reason))


class ObjectRules:
    """Calls the functions whose rules let an object's event through."""

    def __init__(self, buckets: Iterable[Resource], rules: Sequence[EventRule], pool: LambdaPool) -> None:
        self.buckets = {bucket.name: bucket.arn for bucket in buckets if _tells(bucket)}
        self.rules, self.pool = rules, pool
        self._sequence = _sequence()

    def object_made(self, made: MadeObject) -> None:
        if made.bucket not in self.buckets:
            return
        found = event("aws.s3", "Object Created", self._detail(made), [self.buckets[made.bucket]])
        for rule in self.rules:
            if matches(rule.pattern, found):
                self.pool.invoke_later(rule.function, json.dumps(found).encode())

    def _detail(self, made: MadeObject) -> dict[str, Any]:
        return {
            "version": "0",
            "bucket": {"name": made.bucket},
            "object": {"key": made.key, "size": made.size, "etag": made.etag, "sequencer": self._sequence()},
            "request-id": "embedded",
            "requester": "embedded",
            "source-ip-address": "127.0.0.1",
            "reason": made.reason,
        }


def _tells(bucket: Resource) -> bool:
    configuration = bucket.properties.get("NotificationConfiguration", {}).get("EventBridgeConfiguration", {})
    return str(configuration.get("EventBridgeEnabled")).lower() == "true"


def _sequence() -> Callable[[], str]:
    """Hexadecimal numbers that grow, also over restarts."""
    lock, last = threading.Lock(), [0]

    def following() -> str:
        with lock:
            last[0] = max(last[0] + 1, time.time_ns())
            return f"{last[0]:018X}"

    return following
