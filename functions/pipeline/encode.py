"""Run one task of a job: a chunk, a piece of sound, a set of stills."""

from __future__ import annotations

from typing import Any

from stepcoder.steps.encode import encode_task


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return encode_task(event["job_id"], event["task_id"])
