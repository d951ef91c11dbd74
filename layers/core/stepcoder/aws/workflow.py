"""The only place that speaks to Step Functions. One execution per job, named after it."""

from __future__ import annotations

import json
import re
from typing import Any

from stepcoder import runtime
from stepcoder.aws.faults import error_code, passing_faults


def execution_name(job_id: int) -> str:
    return f"job-{job_id}"


def job_of(execution: str) -> int | None:
    """The job an execution name belongs to; None for other executions, e.g. the children of a distributed Map."""
    match = re.fullmatch(r"job-([0-9]+)", execution)
    return int(match[1]) if match else None


def start_job(job_id: int) -> None:
    """Start the encoding of a job. Starting it again changes nothing: the name makes the call idempotent."""
    try:
        with passing_faults("the start of a job"):
            runtime.client("stepfunctions").start_execution(
                stateMachineArn=runtime.settings().state_machine_arn,
                name=execution_name(job_id),
                input=json.dumps({"job_id": job_id}),
            )
    except Exception as error:
        if error_code(error) != "ExecutionAlreadyExists":
            raise


def execution_status(job_id: int) -> str | None:
    """RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED; None if the job was never started."""
    machine = runtime.settings().state_machine_arn
    arn = machine.replace(":stateMachine:", ":execution:", 1) + ":" + execution_name(job_id)
    try:
        with passing_faults("a look at a job's execution"):
            return str(runtime.client("stepfunctions").describe_execution(executionArn=arn)["status"])
    except Exception as error:
        if error_code(error) != "ExecutionDoesNotExist":
            raise
        return None


def running_jobs() -> set[int]:
    """The ids of all jobs whose execution is running; slightly behind, as Step Functions' listing is."""
    request: dict[str, Any] = {
        "stateMachineArn": runtime.settings().state_machine_arn,
        "statusFilter": "RUNNING",
        "maxResults": 1000,
    }
    running: set[int] = set()
    while True:
        with passing_faults("a listing of executions"):
            answer = runtime.client("stepfunctions").list_executions(**request)
        jobs = (job_of(execution["name"]) for execution in answer["executions"])
        running.update(job for job in jobs if job is not None)
        if not answer.get("nextToken"):
            return running
        request["nextToken"] = answer["nextToken"]
