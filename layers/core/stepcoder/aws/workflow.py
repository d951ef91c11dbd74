"""The only place that speaks to Step Functions. One execution for each attempt at a job, named after both."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

from stepcoder import runtime
from stepcoder.aws.faults import error_code, passing_faults


class Run(NamedTuple):
    """One attempt at a job; `attempt` counts resubmits, so the first is 0."""

    job_id: int
    attempt: int


def execution_name(job_id: int, attempt: int) -> str:
    return f"job-{job_id}-{attempt}"


def run_of(execution: str) -> Run | None:
    """What an execution name stands for; None for other executions, e.g. the children of a distributed Map."""
    match = re.fullmatch(r"job-([0-9]+)-([0-9]+)", execution)
    return Run(int(match[1]), int(match[2])) if match else None


def start_job(job_id: int, attempt: int) -> None:
    """Start an attempt at a job. Starting it again changes nothing: the name makes the call idempotent."""
    try:
        with passing_faults("the start of a job"):
            runtime.client("stepfunctions").start_execution(
                stateMachineArn=runtime.settings().state_machine_arn,
                name=execution_name(job_id, attempt),
                input=json.dumps({"job_id": job_id, "attempt": attempt}),
            )
    except Exception as error:
        if error_code(error) != "ExecutionAlreadyExists":
            raise


def execution_status(job_id: int, attempt: int) -> str | None:
    """RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED; None if the attempt was never started."""
    machine = runtime.settings().state_machine_arn
    arn = machine.replace(":stateMachine:", ":execution:", 1) + ":" + execution_name(job_id, attempt)
    try:
        with passing_faults("a look at a job's execution"):
            return str(runtime.client("stepfunctions").describe_execution(executionArn=arn)["status"])
    except Exception as error:
        if error_code(error) != "ExecutionDoesNotExist":
            raise
        return None


def running() -> set[Run]:
    """Every attempt whose execution is running; slightly behind, as Step Functions' listing is."""
    request: dict[str, Any] = {
        "stateMachineArn": runtime.settings().state_machine_arn,
        "statusFilter": "RUNNING",
        "maxResults": 1000,
    }
    found: set[Run] = set()
    while True:
        with passing_faults("a listing of executions"):
            answer = runtime.client("stepfunctions").list_executions(**request)
        runs = (run_of(execution["name"]) for execution in answer["executions"])
        found.update(run for run in runs if run is not None)
        if not answer.get("nextToken"):
            return found
        request["nextToken"] = answer["nextToken"]
