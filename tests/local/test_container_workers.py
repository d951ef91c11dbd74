"""Functions in containers: failures as `sam local start-lambda` really told them, and what the state machine hears."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from stepcoder_local.cli import parser
from stepcoder_local.cloud import Cloud
from stepcoder_local.container_workers import ContainerWorkers, Unavailable, understood
from stepcoder_local.http_server import AppServer, Environ, StartResponse
from stepcoder_local.lambda_pool import UnknownFunction

# Recorded from SAM CLI 1.170 with awslambdaric 4.2.2: status 200 all of them, and no X-Amz-Function-Error.
TRY_AGAIN = (
    b'{"errorMessage": "The source is busy.", "errorType": "TryAgain", "requestId": "6d649329-87ed-4a6e-a6c8-52f0c692",'
    b' "stackTrace": ["  File \\"/var/task/app.py\\", line 5, in handler\\n    raise TryAgain(\\"The source'
    b' is busy.\\")\\n"]}'
)
NO_MODULE = (
    b"{\"errorMessage\": \"Unable to import module 'broken': No module named 'nothing_of_that_name'\","
    b' "errorType": "Runtime.ImportModuleError", "requestId": "", "stackTrace": []}'
)
NOT_JSON = (
    b'{"errorMessage": "Unable to marshal response: Object of type object is not JSON serializable",'
    b' "errorType": "Runtime.MarshalError", "requestId": "956bf3a9-11f4-4dc6-ba1a-5354d8083995", "stackTrace": []}'
)
LATE = b"Task timed out after 3.00 seconds"
# And with it.
KILLED = (
    b'{"errorType": "Runtime.ExitError", "errorMessage": "RequestId: e27dfd39-4791-4e92-b303-c1ab63bf9fc1 Error:'
    b' Runtime exited with error: signal: killed"}'
)
TOO_LARGE = (
    b'{"errorType": "Function.ResponseSizeTooLarge", "errorMessage": "Response payload size exceeded maximum allowed'
    b' payload size (6291556 bytes)."}'
)


@pytest.mark.parametrize(
    ("body", "header", "name"),
    [
        (TRY_AGAIN, None, "TryAgain"),
        (NO_MODULE, None, "Runtime.ImportModuleError"),
        (NOT_JSON, None, "Runtime.MarshalError"),
        (LATE, None, "Sandbox.Timedout"),
        (KILLED, "Unhandled", "Runtime.ExitError"),
        (TOO_LARGE, "Unhandled", "Function.ResponseSizeTooLarge"),
        (b"", None, "Runtime.ExitError"),
        (b"\xff\xfe", None, "Runtime.ExitError"),
    ],
)
def test_a_failure_is_told_by_the_name_it_has_on_aws(body: bytes, header: str | None, name: str) -> None:
    answer = understood(body, header)
    assert answer.error == "Unhandled"
    assert json.loads(answer.body)["errorType"] == name


@pytest.mark.parametrize(
    "body",
    [
        b'{"job_id": 1001, "outcome": "planned"}',
        b"null",
        b'"Task timed out after 3.00 seconds"',  # a text that a function gave back
        b'{"job_id": 1, "errorType": "InputError", "errorMessage": "There is no file."}',
        b'{"errorType": null, "errorMessage": "none"}',
        b"[]",
    ],
)
def test_a_result_stays_one(body: bytes) -> None:
    answer = understood(body, None)
    assert (answer.body, answer.error) == (body, None)


class Endpoint:
    """Answers what it was told to, in order; `asked` has what it was asked."""

    def __init__(self) -> None:
        self.answers: list[tuple[str, bytes]] = []
        self.asked: list[tuple[str, str, bytes]] = []
        self.server = AppServer("127.0.0.1", 0, self)
        self.url = f"http://127.0.0.1:{self.server.port}"

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        kind, body = environ["HTTP_X_AMZ_INVOCATION_TYPE"], environ["wsgi.input"].read()
        self.asked.append((environ["PATH_INFO"], kind, body))
        status, answer = self.answers.pop(0)
        start_response(status, [("Content-Type", "application/json")])
        return [answer]


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    found = Endpoint()
    found.server.start("endpoint")
    yield found
    found.server.stop()


def test_a_function_is_asked_for_by_its_bare_name(endpoint: Endpoint) -> None:
    endpoint.answers = [("200 OK", b"{}"), ("202 Accepted", b"")]
    workers = ContainerWorkers(endpoint.url)
    workers.invoke("arn:aws:lambda:us-east-1:123456789012:function:Encode:$LATEST", b'{"task": 1}')
    workers.invoke_later("Encode", b"{}")
    path = "/2015-03-31/functions/Encode/invocations"
    assert endpoint.asked == [(path, "RequestResponse", b'{"task": 1}'), (path, "Event", b"{}")]


def test_what_sam_does_not_know_is_no_function(endpoint: Endpoint) -> None:
    endpoint.answers = [("404 NOT FOUND", b'{"Type": "User", "Message": "Function not found"}')] * 2
    with pytest.raises(UnknownFunction):
        ContainerWorkers(endpoint.url).invoke("Nobody", b"{}")
    with pytest.raises(UnknownFunction):
        ContainerWorkers(endpoint.url).invoke_later("Nobody", b"{}")


@pytest.mark.parametrize("status", ["500 INTERNAL SERVER ERROR", "501 NOT IMPLEMENTED", "400 BAD REQUEST"])
def test_a_fault_of_sam_or_of_the_engine_is_not_the_workers(endpoint: Endpoint, status: str) -> None:
    endpoint.answers = [(status, b'{"Type": "Service", "Message": "ServiceException"}')]
    with pytest.raises(Unavailable, match=status[:3]):
        ContainerWorkers(endpoint.url).invoke("Encode", b"{}")


def test_an_endpoint_that_is_not_there_or_never_answers_is_a_fault_of_the_service() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Unavailable, match="gave no answer"):
            ContainerWorkers(address, wait_seconds=0.2).invoke("Encode", b"{}")
    with pytest.raises(Unavailable, match="gave no answer"):
        ContainerWorkers(address).invoke("Encode", b"{}")


@pytest.mark.parametrize("wrong", ["127.0.0.1:3001", "https://127.0.0.1:3001", "http://127.0.0.1", "http://h:1/path"])
def test_only_the_address_of_an_endpoint_is_taken(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args(["serve", "--lambda-endpoint", wrong])
    assert "is not the address of a Lambda endpoint" in capsys.readouterr().err


# --- what the state machine makes of it ---


def _machine(retried: list[str]) -> dict[str, Any]:
    once = {"IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 3, "JitterStrategy": "FULL"}
    work: dict[str, Any] = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": "arn:aws:lambda:us-east-1:123456789012:function:Work", "Payload.$": "$"},
        "Retry": [{"ErrorEquals": retried, **once}] if retried else [],
        "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$", "Next": "Recorded"}],
        "OutputPath": "$.Payload",
        "End": True,
    }
    return {"StartAt": "Work", "States": {"Work": work, "Recorded": {"Type": "Pass", "End": True}}}


def _run(cloud: Cloud, name: str, retried: list[str]) -> Any:
    states = cloud.client("stepfunctions")
    machine = states.create_state_machine(
        name=name, definition=json.dumps(_machine(retried)), roleArn="arn:aws:iam::123456789012:role/any"
    )
    arn = states.start_execution(stateMachineArn=machine["stateMachineArn"], name="once", input="{}")["executionArn"]
    for _ in range(300):
        found = states.describe_execution(executionArn=arn)
        if found["status"] != "RUNNING":
            return json.loads(found["output"])
        time.sleep(0.05)
    raise AssertionError("the execution did not end")


def test_passing_faults_in_containers_are_retried_until_there_is_a_result(cloud: Cloud, endpoint: Endpoint) -> None:
    fault = ("500 INTERNAL SERVER ERROR", b'{"Type": "Service", "Message": "ServiceException"}')
    endpoint.answers = [("200 OK", TRY_AGAIN), ("200 OK", LATE), fault, ("200 OK", b'{"outcome": "done"}')]
    cloud.workers = ContainerWorkers(endpoint.url)
    retried = ["TryAgain", "Sandbox.Timedout", "Lambda.ServiceException"]
    assert _run(cloud, "patient", retried) == {"outcome": "done"}
    assert len(endpoint.asked) == 4


def test_an_error_in_a_container_is_no_success(cloud: Cloud, endpoint: Endpoint) -> None:
    endpoint.answers = [("200 OK", NO_MODULE)]
    cloud.workers = ContainerWorkers(endpoint.url)
    recorded = _run(cloud, "careful", [])
    assert recorded["Error"] == "Runtime.ImportModuleError"
    assert "nothing_of_that_name" in recorded["Cause"]
