import pytest

from triggers.execution_ended import handler

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:encode-job"


def event(name: str, status: str) -> dict:
    return {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": {
            "executionArn": f"arn:aws:states:us-east-1:123456789012:execution:encode-job:{name}",
            "stateMachineArn": MACHINE,
            "name": name,
            "status": status,
            "input": "{}",
            "output": None,
            "cause": None,
        },
    }


@pytest.mark.parametrize("status", ["FAILED", "TIMED_OUT", "ABORTED"])
def test_an_execution_that_broke_off_ends_its_job(cloud, status):
    job = cloud.add_job(targets=["https://hook.example/z"])
    handler(event(f"job-{job.id}-0", status), None)
    handler(event(f"job-{job.id}-0", status), None)
    assert cloud.records.job(job.id).state == "failed"
    assert cloud.events() == [f"msg_{job.id}_job_0"]


def test_the_children_of_a_map_end_nothing(cloud):
    job = cloud.add_job()
    handler(event("7b0c5c6e-8d0a-4f0e-9a52-1f7d9b0f3f11", "FAILED"), None)
    assert cloud.records.job(job.id).state == "pending"
