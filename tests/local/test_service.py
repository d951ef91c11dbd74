from __future__ import annotations

import json
import os
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.s3 import models as s3_models

from stepcoder_local.ready import Ready
from stepcoder_local.sandbox_entry import descendants
from stepcoder_local.service import CannotStart, Options, Service
from tests.local.embedded import service_process
from tests.local.observing import alive, read_notes, wait_for


@pytest.fixture
def service(tiny: Path, tmp_path: Path) -> Iterator[Service]:
    """The tiny project's service in this process."""
    environment = dict(os.environ)
    with Service(Options(tmp_path / "data", template=tiny, warm=False)) as found:
        yield found
    os.environ.clear()
    os.environ.update(environment)


def client(ready: Ready, name: str) -> Any:
    return boto3.client(
        name,  # type: ignore[call-overload]
        endpoint_url=ready.s3_endpoint,
        region_name=ready.region,
        aws_access_key_id=ready.access_key_id,
        aws_secret_access_key=ready.secret_access_key,
        config=Config(s3={"addressing_style": "path"}),
    )


def get(ready: Ready, path: str) -> dict[str, Any]:
    url = ready.base_url.removesuffix("/api/v2") + path
    with urllib.request.urlopen(url, timeout=20) as response:
        found: dict[str, Any] = json.load(response)
        return found


def run_machine(ready: Ready, name: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    if items:
        client(ready, "s3").put_object(Bucket=ready.work_bucket, Key=name, Body=json.dumps(items).encode())
    states = client(ready, "stepfunctions")
    (machine,) = states.list_state_machines()["stateMachines"]
    given = json.dumps({"bucket": ready.work_bucket, "key": name})
    arn = states.start_execution(stateMachineArn=machine["stateMachineArn"], name=name, input=given)["executionArn"]

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = states.describe_execution(executionArn=arn)
        return found if found["status"] != "RUNNING" else None

    found: dict[str, Any] = wait_for(ended, 40)
    return found


def test_requests_reach_their_function(service: Service) -> None:
    answer = get(service.ready, "/things/7")

    assert answer["event"]["pathParameters"] == {"id": "7"}
    assert answer["word"] == "many"


def test_the_state_machine_runs_the_functions(service: Service) -> None:
    found = run_machine(service.ready, "good", [{"n": n} for n in range(6)])

    assert found["status"] == "SUCCEEDED", found
    assert sorted(item["n"] for item in json.loads(found["output"])) == list(range(6))


def test_a_failed_execution_is_told_to_the_rules_function(service: Service, notes: Path) -> None:
    assert run_machine(service.ready, "bad", [])["status"] == "FAILED"  # there is no such task list

    def told() -> list[dict[str, Any]]:
        return [note["event"] for note in read_notes(notes) if note.get("function") == "Ended"]

    (event,) = wait_for(told)
    assert (event["detail"]["status"], event["detail"]["name"]) == ("FAILED", "bad")


def test_messages_and_schedules_arrive_and_bad_messages_end_in_the_dead_letter_queue(
    service: Service, notes: Path
) -> None:
    sqs = client(service.ready, "sqs")
    inbox, lost = (sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in ("Inbox", "Lost"))
    for body in ("good", "bad"):
        sqs.send_message(QueueUrl=inbox, MessageBody=body)

    wait_for(lambda: [note for note in read_notes(notes) if note.get("function") == "Tick"])
    wait_for(lambda: {note.get("take") for note in read_notes(notes)} >= {"good", "bad"})
    (message,) = wait_for(lambda: sqs.receive_message(QueueUrl=lost, WaitTimeSeconds=1).get("Messages"))
    assert message["Body"] == "bad"


def test_lambda_can_be_invoked_by_an_sdk(service: Service) -> None:
    functions = client(service.ready, "lambda")

    good = functions.invoke(FunctionName="Work", Payload=b"{}")
    bad = functions.invoke(FunctionName="Work", Payload=b'{"fail": true}')

    assert "FunctionError" not in good
    assert json.load(good["Payload"])["environment"]["AWS_ENDPOINT_URL"] == service.ready.s3_endpoint
    assert bad["FunctionError"] == "Unhandled"
    assert functions.invoke(FunctionName="Work", InvocationType="Event", Payload=b"{}")["StatusCode"] == 202
    with pytest.raises(functions.exceptions.ResourceNotFoundException):
        functions.invoke(FunctionName="Nobody")


def test_stopping_leaves_no_process_and_no_object(service: Service, tmp_path: Path) -> None:
    get(service.ready, "/")
    children = descendants(os.getpid())
    sandboxes = [pid for pid in service.pool.functions["Echo"].processes() if pid in children]
    assert sandboxes
    started = time.monotonic()

    service.stop()

    assert time.monotonic() - started < 5
    assert not any(alive(pid) for pid in sandboxes)
    assert not (tmp_path / "data" / "objects").exists()
    assert not (tmp_path / "data" / "service.json").exists()
    with pytest.raises(OSError):
        get(service.ready, "/")


def test_a_data_directory_serves_one_service(service: Service, tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="Another service"):
        Service(Options(tmp_path / "data", template=tiny, warm=False)).start()

    assert get(service.ready, "/things/1")


def test_a_port_in_use_is_a_sentence(tiny: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(CannotStart, match="--port"):
        port = taken.getsockname()[1]
        Service(Options(tmp_path / "data", port=port, template=tiny, warm=False)).start()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_the_process_ends_with_all_its_children(tmp_path: Path, number: int) -> None:
    with service_process(tmp_path / "data") as (ready, process):
        assert ready.pid == process.pid
        request = urllib.request.Request(ready.base_url + "/account", headers={"Zencoder-Api-Key": ready.api_key})
        with urllib.request.urlopen(request, timeout=30) as response:
            assert response.status == 200
        children = wait_for(lambda: descendants(process.pid))

        process.send_signal(number)
        status = process.wait(10)

    assert status == (0 if number != signal.SIGKILL else -9)
    wait_for(lambda: not any(alive(pid) for pid in children), 5)
    assert (tmp_path / "data" / "ready.json").exists() == (number == signal.SIGKILL)


def test_afterwards_the_process_has_motos_own_objects_again(tiny: Path, tmp_path: Path) -> None:
    own = s3_models.FakeKey
    environment = dict(os.environ)
    with Service(Options(tmp_path / "data", template=tiny, warm=False)):
        assert s3_models.FakeKey is not own
    os.environ.clear()
    os.environ.update(environment)
    assert s3_models.FakeKey is own
