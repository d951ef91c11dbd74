"""Inspect the input and plan the job."""

from __future__ import annotations

from typing import Any

from stepcoder.steps.inspect import inspect_input


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return inspect_input(event["job_id"], event["attempt"], context.get_remaining_time_in_millis() / 1000)
