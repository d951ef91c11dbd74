"""Run one task of a job: a chunk, a piece of sound, a set of stills."""

from __future__ import annotations

from typing import Any

from stepcoder.steps.encode import encode_task
from stepcoder.steps.leftovers import clear_leftovers


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    clear_leftovers()
    return encode_task(event["job_id"], event["task_id"])
