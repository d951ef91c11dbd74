"""The state machine: bound to the template, explained, and within what every interpreter we use can run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.architecture import house
from tests.template.deployed import FUNCTIONS, TEMPLATE

MACHINE = TEMPLATE["Resources"]["EncodeJobStateMachine"]["Properties"]
TEXT = (house.ROOT / MACHINE["DefinitionUri"]).read_text()
DEFINITION = json.loads(re.sub(r"\$\{(\w+)\}", "1", TEXT))


def _machines(value: Any) -> Iterator[dict[str, Any]]:
    """The definition and every one inside it."""
    if isinstance(value, dict):
        if "StartAt" in value:
            yield value
        for part in value.values():
            yield from _machines(part)
    elif isinstance(value, list):
        for part in value:
            yield from _machines(part)


STATES = {name: state for machine in _machines(DEFINITION) for name, state in machine["States"].items()}


def _of_type(kind: str) -> list[str]:
    return [name for name, state in STATES.items() if state["Type"] == kind]


def test_every_substitution_is_bound_and_used() -> None:
    assert set(re.findall(r"\$\{(\w+)\}", TEXT)) == set(MACHINE["DefinitionSubstitutions"])


def test_substitutions_are_the_functions_they_are_named_after() -> None:
    bound = {name: value for name, value in MACHINE["DefinitionSubstitutions"].items() if name.endswith("Arn")}
    assert bound == {name: {"Fn::GetAtt": [name.removesuffix("Arn"), "Arn"]} for name in bound}


def test_the_machine_calls_every_function_of_the_pipeline_and_may() -> None:
    pipeline = {name for name, properties in FUNCTIONS.items() if properties["Handler"].startswith("pipeline.")}
    called = {name.removesuffix("Arn") for name in re.findall(r"\$\{(\w+Arn)\}", TEXT)}
    statements = MACHINE["Policies"][0]["Statement"]
    allowed = next(statement["Resource"] for statement in statements if statement["Action"] == "lambda:InvokeFunction")
    assert called == pipeline == {resource["Fn::GetAtt"][0] for resource in allowed}


def test_state_names_are_unique_in_the_whole_definition() -> None:
    assert len(STATES) == sum(len(machine["States"]) for machine in _machines(DEFINITION))


@pytest.mark.parametrize("state", STATES)
def test_every_state_says_what_it_is_for(state: str) -> None:
    assert STATES[state].get("Comment", "").endswith((".", "?"))


@pytest.mark.parametrize("state", STATES)
def test_states_are_named_with_phrases(state: str) -> None:
    assert re.fullmatch(r"[A-Z][a-z]+( [A-Za-z0-9-]+)+", state)
    assert len(state) <= 80  # Step Functions' limit


@pytest.mark.parametrize("state", _of_type("Task"))
def test_every_task_is_tried_again_and_its_failure_has_a_way_to_go(state: str) -> None:
    assert STATES[state]["Retry"]


@pytest.mark.parametrize("machine", list(_machines(DEFINITION)), ids=lambda machine: machine["StartAt"])
def test_every_way_leads_to_a_state_of_the_same_machine(machine: dict[str, Any]) -> None:
    """The embedded interpreter notices only when it gets there."""
    targets = [machine["StartAt"]]
    for state in machine["States"].values():
        targets += [state[key] for key in ("Next", "Default") if key in state]
        targets += [branch["Next"] for key in ("Choices", "Catch") for branch in state.get(key, [])]
    assert set(targets) == set(machine["States"])


def test_a_source_that_takes_longer_than_a_function_lives_is_fetched_in_several_goes() -> None:
    choices = STATES["Is there work"]["Choices"]
    ways = {choice["StringEquals"]: choice["Next"] for choice in choices if choice["Variable"] == "$.plan.outcome"}
    assert ways == {"planned": "For each wave", "fetching": "Inspect the input"}


def test_only_what_runs_on_every_interpreter_is_used() -> None:
    """Step Functions knows more than the interpreter of the embedded service; both must run the same file."""
    keys = set(re.findall(r'"(\w+(?:\.\$)?)"\s*:', TEXT))
    assert (
        keys
        & {
            "QueryLanguage",
            "Assign",
            "Arguments",
            "Output",
            "ItemBatcher",
            "ResultWriter",
            "ToleratedFailurePercentage",
        }
        == set()
    )
    distributed = [
        state["ItemProcessor"]["ProcessorConfig"]
        for state in STATES.values()
        if state.get("ItemProcessor", {}).get("ProcessorConfig", {}).get("Mode") == "DISTRIBUTED"
    ]
    assert [config["ExecutionType"] for config in distributed] == ["STANDARD"] * len(distributed)
    assert re.findall(r'"InputType"\s*:\s*"(\w+)"', TEXT) == ["JSON"] * len(distributed)
