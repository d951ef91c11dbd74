"""The only place that speaks to SQS: the notification queue."""

from __future__ import annotations

import json
from typing import Any

from stepcoder import runtime
from stepcoder.aws.faults import passing_faults


def send(body: dict[str, Any], delay_seconds: int = 0) -> None:
    """Queue a message. At most 256 KB as JSON; `delay_seconds` at most 900."""
    with passing_faults("the queueing of a message"):
        runtime.client("sqs").send_message(
            QueueUrl=runtime.settings().notification_queue_url,
            MessageBody=encode(body),
            DelaySeconds=delay_seconds,
        )


def encode(body: dict[str, Any]) -> str:
    """The text of a message; its UTF-8 length is what counts against the limit."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def show_again_in(receipt_handle: str, seconds: int) -> None:
    """Hide a received message for this long (0–43200) before it is delivered again."""
    with passing_faults("the postponement of a message"):
        runtime.client("sqs").change_message_visibility(
            QueueUrl=runtime.settings().notification_queue_url,
            ReceiptHandle=receipt_handle,
            VisibilityTimeout=seconds,
        )
