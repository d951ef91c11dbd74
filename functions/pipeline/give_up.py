"""Record that a task, an output or a whole input is lost for good."""

from __future__ import annotations

from typing import Any

from stepcoder.steps.give_up import give_up


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return give_up(
        event["job_id"],
        task_id=event.get("task_id"),
        output_id=event.get("output_id"),
        attempt=event.get("attempt"),
        error=event.get("error", {}),
    )
