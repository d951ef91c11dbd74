from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from scripts.openapi import __main__ as command
from scripts.openapi.document import openapi
from scripts.openapi.operation import Undocumented
from scripts.openapi.operations import OPERATIONS
from scripts.openapi.routes import FUNCTIONS, Route, routes
from stepcoder.api import paging
from stepcoder.states import JOB_STATES
from tests.architecture import house


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(command.text())
    return made


def calls(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(method, path, call) for path, item in document["paths"].items() for method, call in item.items()]


def test_the_stored_document_is_what_the_code_says_now() -> None:
    assert command.FILE.read_text() == command.text(), "run `make openapi`"


def test_the_document_is_valid_openapi(document: dict[str, Any]) -> None:
    validate(document)
    assert document["openapi"].startswith("3.1")


def test_every_schema_is_valid_json_schema(document: dict[str, Any]) -> None:
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_schema_is_used(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    unused = [name for name in document["components"]["schemas"] if f'"#/components/schemas/{name}"' not in text]
    assert unused == []


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for reference in re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(document)):
        found = document
        for part in reference.split("/"):
            found = found[part]
        assert found


def test_every_route_is_in_it_and_nothing_else(document: dict[str, Any]) -> None:
    described = {(method.upper(), path) for method, path, _ in calls(document)}
    assert described == {(route.method, route.path) for route in routes()}


def test_routes_are_found_whatever_registers_them() -> None:
    """In the file of the function, in another one, under several methods and rules, by handlers that ask helpers."""
    found = {(route.method, route.path): route for route in routes()}
    assert found["GET", "/jobs/{job_id}"].key == "any key"
    assert found["PUT", "/jobs/{job_id}/cancel"].key == found["DELETE", "/jobs/{job_id}"].key
    assert found["GET", "/reports/vod"].key == "any key but a read-only one"
    assert found["POST", "/account"].key is None
    assert found["POST", "/account"].needs_body
    assert found["POST", "/account/secrets/rotate"].has_body and not found["POST", "/account/secrets/rotate"].needs_body


def test_a_route_without_an_entry_is_an_error() -> None:
    with pytest.raises(Undocumented, match=r"Routes without an entry in scripts/openapi/operations: GET /new\."):
        openapi([*routes(), Route("GET", "/new", frozenset())], OPERATIONS)


def test_an_entry_without_a_route_is_an_error() -> None:
    with pytest.raises(Undocumented, match="PUT /gone has an entry in scripts/openapi/operations, but no route"):
        openapi(routes(), [*OPERATIONS, replace(OPERATIONS[0], method="PUT", path="/gone")])


def test_an_entry_that_overlooks_a_body_is_an_error() -> None:
    create = next(operation for operation in OPERATIONS if operation.id == "createJob")
    with pytest.raises(Undocumented, match="POST /jobs: its handler and its entry disagree on whether it has a body"):
        openapi(routes(), [replace(create, body=None), *(each for each in OPERATIONS if each is not create)])


def test_a_path_parameter_that_nobody_knows_is_an_error() -> None:
    entry = replace(next(each for each in OPERATIONS if each.id == "getJob"), path="/jobs/{unheard_of}")
    with pytest.raises(Undocumented, match="path parameter unheard_of"):
        openapi([Route("GET", "/jobs/{unheard_of}", frozenset({"reader"}))], [entry])


def test_names_of_operations_are_unique(document: dict[str, Any]) -> None:
    names = [call["operationId"] for _, _, call in calls(document)]
    assert len(names) == len(set(names))


def test_links_lead_to_operations(document: dict[str, Any]) -> None:
    names = {call["operationId"] for _, _, call in calls(document)}
    linked = {
        link["operationId"]
        for _, _, call in calls(document)
        for link in call["responses"].get("201", {}).get("links", {}).values()
    }
    assert linked
    assert linked <= names


def _asked_for() -> set[str]:
    """The query parameters that functions ask for by name, here and in what they hand `app.parameter` to."""
    trees = [module.tree for name, module in house.modules().items() if name.startswith(("api.", "stepcoder.api."))]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call)]
    named = [node for node in nodes if ast.unparse(node.func) in ("app.parameter", "parameter") and node.args]
    by_name = {str(node.args[0].value) for node in named if isinstance(node.args[0], ast.Constant)}
    return by_name | {paging.ZENCODER.name}  # handed on under the dialect's name for it


def test_every_query_parameter_that_is_read_is_described(document: dict[str, Any]) -> None:
    described = {each["name"] for _, _, call in calls(document) for each in call["parameters"] if each["in"] == "query"}
    assert {"page", "per_page", "state", "since"} <= _asked_for()
    assert _asked_for() <= described


def test_calls_that_need_a_key_say_so_and_can_be_refused(document: dict[str, Any]) -> None:
    for method, path, call in calls(document):
        needs_key = bool(call["security"])
        assert needs_key == ((method, path) != ("post", "/account"))
        assert ("401" in call["responses"]) == ("403" in call["responses"]) == needs_key
        assert "503" in call["responses"]


def test_calls_with_an_id_can_find_nothing(document: dict[str, Any]) -> None:
    assert all("404" in call["responses"] for _, path, call in calls(document) if "{" in path)


def test_calls_with_a_body_can_be_refused_for_it(document: dict[str, Any]) -> None:
    bodies = [call["responses"] for _, _, call in calls(document) if "requestBody" in call]
    assert all({"400", "413", "422"} <= set(responses) for responses in bodies)


def test_only_reads_can_be_had_as_jsonp(document: dict[str, Any]) -> None:
    for method, _, call in calls(document):
        assert ("application/javascript" in json.dumps(call["responses"])) <= (method == "get")


def test_our_own_calls_are_marked(document: dict[str, Any]) -> None:
    marked = {path for _, path, call in calls(document) if call.get("x-stepcoder-extension")}
    assert {"/account/keys", "/account/secrets", "/credentials"} <= marked
    assert not marked & {"/jobs", "/account", "/reports/vod", "/notifications"}


def test_the_states_are_those_of_the_code(document: dict[str, Any]) -> None:
    assert set(document["components"]["schemas"]["Job"]["properties"]["state"]["enum"]) == JOB_STATES


def _run(*arguments: str) -> subprocess.CompletedProcess[str]:
    paths = ":".join(str(house.ROOT / part) for part in ("layers/core", "functions", "."))
    return subprocess.run(
        [sys.executable, "-m", "scripts.openapi", *arguments],
        cwd=house.ROOT,
        env={"PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_check_tells_a_stale_document_from_a_fresh_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run("--check").returncode == 0
    monkeypatch.setattr(command, "FILE", tmp_path / "openapi.json")
    monkeypatch.setattr(sys, "argv", ["openapi", "--check"])
    assert command.main() == 1
    assert "run `make openapi`" in capsys.readouterr().err
    monkeypatch.setattr(sys, "argv", ["openapi"])
    assert command.main() == 0
    assert (tmp_path / "openapi.json").read_text() == (FUNCTIONS / "openapi.json").read_text()
