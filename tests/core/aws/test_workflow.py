import json

import pytest
from botocore.exceptions import ClientError

from stepcoder import runtime
from stepcoder.aws import workflow


def test_a_job_is_started_once_under_its_name(cloud):
    workflow.start_job(17, 0)
    workflow.start_job(17, 0)
    machine = runtime.settings().state_machine_arn
    executions = runtime.client("stepfunctions").list_executions(stateMachineArn=machine)["executions"]
    assert [execution["name"] for execution in executions] == ["job-17-0"]
    told = runtime.client("stepfunctions").describe_execution(executionArn=executions[0]["executionArn"])
    assert json.loads(told["input"]) == {"job_id": 17, "attempt": 0}


def test_starting_an_ended_job_again_is_no_error(cloud):
    workflow.start_job(17, 0)
    cloud.stop_execution(17)
    workflow.start_job(17, 0)
    assert workflow.execution_status(17, 0) == "ABORTED"


def test_status_and_running_jobs_tell_what_runs(cloud):
    workflow.start_job(1, 0)
    workflow.start_job(2, 0)
    cloud.stop_execution(2)
    assert workflow.execution_status(1, 0) == "RUNNING"
    assert workflow.execution_status(3, 0) is None
    assert workflow.running() == {(1, 0)}


def test_a_machine_that_does_not_exist_is_an_error(cloud, monkeypatch):
    monkeypatch.setenv("STEPCODER_STATE_MACHINE_ARN", runtime.settings().state_machine_arn + "x")
    runtime.settings.cache_clear()
    with pytest.raises(ClientError, match="StateMachineDoesNotExist"):
        workflow.start_job(1, 0)


def test_only_jobs_own_executions_belong_to_jobs():
    assert workflow.run_of("job-17-2") == (17, 2)
    assert workflow.run_of("job-17-x") is None
    assert workflow.run_of("7b0c5c6e-8d0a-4f0e-9a52-1f7d9b0f3f11") is None
