"""Failing an output or an input: its state, the class and sentence the customer sees, and the news of it."""

from __future__ import annotations

from collections.abc import Iterable

from stepcoder import runtime
from stepcoder.errors import EncodingError, InputError
from stepcoder.notifications import queue_output_notifications
from stepcoder.records.model import Job
from stepcoder.records.store import Records


def fail_output(store: Records, output_id: int, error: EncodingError) -> None:
    """Repeating it, or failing an output that ended otherwise, changes nothing."""
    runtime.logger().warning("output failed", output_id=output_id, error_class=error.error_class, reason=error.message)
    store.move_output(output_id, "failed", error_class=error.error_class, error_message=error.message)
    queue_output_notifications(output_id)


def fail_outputs(store: Records, output_ids: Iterable[int], error: EncodingError) -> None:
    for output_id in output_ids:
        fail_output(store, output_id, error)


def skip_output(store: Records, output_id: int) -> None:
    """Nothing is made of it, and that is no failure."""
    store.move_output(output_id, "skipped")
    queue_output_notifications(output_id)


def refuse_input(store: Records, job: Job, error: InputError) -> None:
    """The input fails; its outputs have no input (zencoder-api 4.1)."""
    runtime.logger().warning("input refused", job_id=job.id, error_class=error.error_class, reason=error.message)
    store.move_input(job.input_id, "failed", error_class=error.error_class, error_message=error.message)
    for output_id in job.output_ids:
        store.move_output(output_id, "no_input")
        queue_output_notifications(output_id)
