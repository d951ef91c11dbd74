"""Verify one delivered output."""

from __future__ import annotations

from typing import Any

from stepcoder.steps.verify import verify_output


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return verify_output(event["job_id"], event["output_id"])
