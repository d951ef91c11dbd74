"""Lambda entry point of the rule "an execution is over": sees to its job. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder import runtime
from stepcoder.aws.workflow import run_of
from stepcoder.steps.over import execution_over


def handler(event: dict[str, Any], context: Any) -> None:
    """`event` is EventBridge's "Step Functions Execution Status Change"."""
    detail = event["detail"]
    run = run_of(detail["name"])
    if run is None:
        return  # a child of a distributed Map: its parent answers for it
    runtime.logger().info("execution is over", job_id=run.job_id, status=detail["status"], cause=detail.get("cause"))
    execution_over(run.job_id, run.attempt, broken=detail["status"] != "SUCCEEDED")
