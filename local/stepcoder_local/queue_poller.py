"""Feeds a function from an SQS queue as Lambda's event source mapping does, with partial batch failures."""

from __future__ import annotations

import json
import logging
import threading
from typing import Any

from .declared import QueueSource
from .lambda_pool import LambdaPool, Throttled
from .sandbox import Answer
from .template import ACCOUNT, REGION

log = logging.getLogger(__name__)

POLL_SECONDS = 20  # a long poll: an idle queue costs one look a second inside moto
MOST_AT_ONCE = 4
PAUSE_SECONDS = 2.0


class QueuePoller:
    """One event source. Messages the function did not fail are deleted; the others come back by themselves."""

    def __init__(self, source: QueueSource, pool: LambdaPool, sqs: Any) -> None:
        self.source, self.pool, self.sqs = source, pool, sqs
        self.url = sqs.get_queue_url(QueueName=source.queue)["QueueUrl"]
        self._slots = threading.Semaphore(min(source.concurrency, MOST_AT_ONCE))
        self._stop = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name=f"poller {self.source.queue}", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._slots.acquire()
            try:
                messages = self._receive()
            except Exception:
                # Whatever it was, the queue still has the messages; the poller must outlive it.
                if not self._stop.is_set():
                    log.exception("polling %s", self.source.queue)
                self._stop.wait(PAUSE_SECONDS)
                messages = []
            if messages:
                threading.Thread(target=self._work, args=(messages,), daemon=True).start()
            else:
                self._slots.release()

    def _receive(self) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=min(self.source.batch_size, 10),
            WaitTimeSeconds=POLL_SECONDS,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        )
        found: list[dict[str, Any]] = answer.get("Messages", [])
        return found

    def _work(self, messages: list[dict[str, Any]]) -> None:
        try:
            self.handle(messages)
        except Exception:
            log.exception("a batch of %s; its messages come back", self.source.queue)
        finally:
            self._slots.release()

    def handle(self, messages: list[dict[str, Any]]) -> None:
        """Call the function with a batch and delete what it did not fail."""
        event = {"Records": [self._record(message) for message in messages]}
        try:
            answer = self.pool.invoke(self.source.function, json.dumps(event).encode())
        except Throttled:
            return
        failed = self._failed(answer, [message["MessageId"] for message in messages])
        for message in messages:
            if message["MessageId"] not in failed:
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])

    def _failed(self, answer: Answer, every: list[str]) -> set[str]:
        """AWS's rules: an unreadable report, or one that names an unknown message, fails the whole batch."""
        if answer.error:
            return set(every)
        if not self.source.report_failures:
            return set()
        try:
            items = (json.loads(answer.body) or {}).get("batchItemFailures") or []
            found = {item["itemIdentifier"] for item in items}
        except (ValueError, KeyError, TypeError, AttributeError):
            return set(every)
        return found if found <= set(every) else set(every)

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        attributes = {
            name: {key[0].lower() + key[1:]: value for key, value in given.items()}
            for name, given in message.get("MessageAttributes", {}).items()
        }
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": attributes,
            "md5OfBody": message.get("MD5OfBody", ""),
            "eventSource": "aws:sqs",
            "eventSourceARN": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.source.queue}",
            "awsRegion": REGION,
        }
