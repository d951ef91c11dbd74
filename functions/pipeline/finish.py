"""Finish a job."""

from __future__ import annotations

from typing import Any

from stepcoder.steps.finish import finish


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    return finish(event["job_id"], event["attempt"])
