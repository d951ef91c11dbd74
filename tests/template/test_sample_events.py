"""The sample events of the functions without an API: each has what its function is called with."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from stepcoder.uploads import places
from tests.architecture import house
from tests.template.deployed import FUNCTIONS, TEMPLATE

MODULES = {properties["Handler"].rsplit(".", 1)[0]: function for function, properties in FUNCTIONS.items()}


def _sample(package: str, name: str) -> Any:
    return json.loads((house.ROOT / "events" / package / f"{name}.json").read_text())


@pytest.mark.parametrize("package", ["pipeline", "triggers"])
def test_every_function_has_a_sample(package: str) -> None:
    # What follows a hyphen tells samples of one function apart.
    samples = {path.stem.partition("-")[0] for path in (house.ROOT / "events" / package).glob("*.json")}
    assert samples == {module.partition(".")[2] for module in MODULES if module.startswith(f"{package}.")}


@pytest.mark.parametrize("module", [module for module in MODULES if module.startswith("pipeline.")])
def test_a_step_is_sampled_as_the_state_machine_calls_it(module: str) -> None:
    text = (house.ROOT / TEMPLATE["Resources"]["EncodeJobStateMachine"]["Properties"]["DefinitionUri"]).read_text()
    name = re.escape(f"${{{MODULES[module]}Arn}}")
    calls = re.findall(rf'"FunctionName": "{name}",\s*"Payload": (\{{[^}}]*\}})', text)
    payloads = [{key.removesuffix(".$") for key in json.loads(call)} for call in calls]
    assert set(_sample(*module.split("."))) in payloads


def test_the_sampled_upload_is_one_the_rule_lets_through() -> None:
    event = _sample("triggers", "upload")
    pattern = FUNCTIONS["UploadFunction"]["Events"]["FileUploaded"]["Properties"]["Pattern"]
    assert event["source"] in pattern["source"]
    assert event["detail-type"] in pattern["detail-type"]
    (rule,) = pattern["detail"]["object"]["key"]
    assert rule["prefix"] == places.PREFIX
    assert event["detail"]["object"]["key"].startswith(places.PREFIX)


def test_the_sampled_rule_event_is_one_the_rule_lets_through() -> None:
    event = _sample("triggers", "execution_ended")
    pattern = FUNCTIONS["ExecutionEndedFunction"]["Events"]["ExecutionEnded"]["Properties"]["Pattern"]
    assert event["source"] in pattern["source"]
    assert event["detail-type"] in pattern["detail-type"]
    assert event["detail"]["status"] in pattern["detail"]["status"]
