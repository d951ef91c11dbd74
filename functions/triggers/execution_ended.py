"""Lambda entry point of the rule "execution failed, timed out or was aborted": ends the job. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder import runtime
from stepcoder.aws.workflow import job_of
from stepcoder.steps.finish import finish


def handler(event: dict[str, Any], context: Any) -> None:
    """`event` is EventBridge's "Step Functions Execution Status Change"."""
    detail = event["detail"]
    job_id = job_of(detail["name"])
    if job_id is None:
        return  # a child of a distributed Map: its parent answers for it
    runtime.logger().warning("execution ended early", job_id=job_id, status=detail["status"], cause=detail.get("cause"))
    finish(job_id)
