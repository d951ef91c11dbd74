"""Lambda entry point of the notification queue: posts each message, reports the failed ones back. No decisions here."""

from __future__ import annotations

import json
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from stepcoder.notifications.delivery import deliver_received

# A batch of which nothing could be delivered is an ordinary thing here, not a crash of the function.
_processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def _deliver(record: SQSRecord) -> None:
    attempt = int(record.attributes.approximate_receive_count or 1)
    deliver_received(json.loads(record.body), attempt, record.receipt_handle)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return dict(process_partial_response(event, _deliver, _processor, context))
