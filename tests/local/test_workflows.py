"""Executions of the embedded Step Functions share what is the same for all, and nothing else."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from moto.stepfunctions.parser.asl.antlr.runtime.ASLParser import ASLParser
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from stepcoder_local import workflows
from stepcoder_local.service import Options, Service
from tests.local.observing import wait_for
from tests.local.test_service import client, run_machine
from tests.template.test_workflow import STATES


@pytest.fixture
def service(tiny: Path, tmp_path: Path) -> Iterator[Service]:
    environment = dict(os.environ)
    with Service(Options(tmp_path / "data", template=tiny, warm=False)) as found:
        yield found
    os.environ.clear()
    os.environ.update(environment)


def test_a_definition_is_parsed_once_and_each_execution_gets_its_own_input(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    client(service.ready, "stepfunctions")  # two threads must not make the first one
    parsed: list[ASLParser] = []
    parse = ASLParser.state_machine
    monkeypatch.setattr(ASLParser, "state_machine", lambda parser: parsed.append(parser) or parse(parser))

    def run(number: int) -> Any:
        found = run_machine(service.ready, f"run-{number}", [{"n": number}, {"n": number + 100}])
        return sorted(item["n"] for item in json.loads(found["output"]))

    run(0)
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(run, range(1, 9))) == [[number, number + 100] for number in range(1, 9)]
    assert len(parsed) == 1


def test_afterwards_moto_has_its_own_again(service: Service) -> None:
    assert ExecutionWorker._get_evaluation_entrypoint is workflows._entrypoint
    service.stop()
    assert ExecutionWorker._get_evaluation_entrypoint is workflows._moto_entrypoint


def test_a_source_is_fetched_in_as_many_goes_as_it_takes(service: Service) -> None:
    """The choice of the deployed machine, between an inspection that answers as it is told and ways that end."""
    given = [{"outcome": "fetching"}] * 3 + [{"outcome": "planned"}]
    turn = {"plan.$": "$.rounds[0]", "rounds.$": "$.rounds[1:]"}
    definition = {
        "StartAt": "Inspect the input",
        "States": {
            "Inspect the input": {"Type": "Pass", "Parameters": turn, "Next": "Is there work"},
            "Is there work": STATES["Is there work"],
            "For each wave": {"Type": "Succeed"},
            "Finish the job": {"Type": "Fail", "Error": "Stopped"},
        },
    }
    states = client(service.ready, "stepfunctions")
    role = states.describe_state_machine(
        stateMachineArn=states.list_state_machines()["stateMachines"][0]["stateMachineArn"]
    )["roleArn"]
    machine = states.create_state_machine(name="goes", definition=json.dumps(definition), roleArn=role)
    arn = states.start_execution(
        stateMachineArn=machine["stateMachineArn"], name="goes", input=json.dumps({"rounds": given})
    )["executionArn"]

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = states.describe_execution(executionArn=arn)
        return found if found["status"] != "RUNNING" else None

    found = wait_for(ended, 20)
    assert found["status"] == "SUCCEEDED"
    assert json.loads(found["output"]) == {"plan": {"outcome": "planned"}, "rounds": []}
