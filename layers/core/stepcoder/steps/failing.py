"""Failing an output: its state, the class and sentence the customer sees, and the news of it."""

from __future__ import annotations

from collections.abc import Iterable

from stepcoder import runtime
from stepcoder.errors import EncodingError
from stepcoder.notifications import queue_output_notifications
from stepcoder.records.store import Records


def fail_output(store: Records, output_id: int, error: EncodingError) -> None:
    """Repeating it, or failing an output that ended otherwise, changes nothing."""
    runtime.logger().warning("output failed", output_id=output_id, error_class=error.error_class, reason=error.message)
    store.move_output(output_id, "failed", error_class=error.error_class, error_message=error.message)
    queue_output_notifications(output_id)


def fail_outputs(store: Records, output_ids: Iterable[int], error: EncodingError) -> None:
    for output_id in output_ids:
        fail_output(store, output_id, error)
