"""The running service against its description: schemathesis calls every operation with good and bad data.

Nothing may be a 5xx, a status, header, content type or member that is not described. What it sends is the same every
time. It has an account of its own, because it also turns integration mode on and rotates secrets.
"""

from __future__ import annotations

import json
import urllib.request
from collections import Counter
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from scripts.openapi.__main__ import FILE
from stepcoder_local.ready import Ready
from tests.openapi.strict import closed_answers

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Refused at once: nobody listens there, and nothing outside this machine is asked.
NOWHERE = "http://127.0.0.1:9/nowhere"
CONFIG = SchemathesisConfig.from_dict(
    {
        "seed": 1,
        "generation": {"mode": "all", "max-examples": 8, "deterministic": True, "with-security-parameters": False},
        "phases": {"coverage": {"enabled": False}, "stateful": {"enabled": False}},
    }
)
api = schemathesis.openapi.from_dict(closed_answers(json.loads(FILE.read_text())), config=CONFIG)
KNOWN: dict[str, Any] = {}  # what path parameters can be so that something is found
STATUSES: Counter[tuple[str, int]] = Counter()


@api.hook
def map_path_parameters(context: schemathesis.HookContext, path_parameters: dict[str, Any]) -> dict[str, Any]:
    """Two out of three ids are of something that is there."""
    for name, value in (path_parameters or {}).items():
        if name not in KNOWN or not isinstance(value, int | str):
            continue
        if crc32(str(value).encode(errors="replace")) % 3:
            path_parameters[name] = KNOWN[name]
        elif name == "key_id" and isinstance(value, int):
            path_parameters[name] = 10**12 + abs(value)  # never the key that all these calls are made with
    return path_parameters


@api.hook
def map_body(context: schemathesis.HookContext, body: Any) -> Any:
    """A job that is accepted must fail at once, and tell nobody outside."""
    return _nowhere(body) if context.operation.label == "POST /jobs" else body


def _nowhere(value: Any) -> Any:
    if isinstance(value, list):
        return [_nowhere(member) for member in value]
    if isinstance(value, dict):
        return {name: _nowhere(member) for name, member in value.items()}
    return NOWHERE if isinstance(value, str) and value.startswith("http") else value


class Customer:
    """An account of its own, with a job."""

    def __init__(self, service: Ready) -> None:
        self.base_url = service.base_url
        self.key = ""
        self.key = self.call("POST", "/account", {"terms_of_service": "1", "email": "schema@example.org"})["api_key"]
        spare = self.call("POST", "/account/keys", {"kind": "read_only"})
        job = self.call("POST", "/jobs", {"input": NOWHERE, "outputs": [{"label": "a"}, {"label": "b"}]})
        details = self.call("GET", f"/jobs/{job['id']}")["job"]
        KNOWN.update(
            job_id=job["id"],
            input_id=details["input_media_file"]["id"],
            output_id=job["outputs"][0]["id"],
            key_id=spare["id"],
        )

    def call(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Zencoder-Api-Key": self.key}
        request = urllib.request.Request(self.base_url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def customer(embedded_service: Ready) -> Customer:
    return Customer(embedded_service)


@pytest.mark.journey
@api.parametrize()
@settings(
    derandomize=True, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
def test_every_answer_is_as_described(case: schemathesis.Case, customer: Customer) -> None:
    headers = {"Zencoder-Api-Key": customer.key}
    answer = case.call_and_validate(base_url=customer.base_url, headers=headers, checks=CHECKS)
    STATUSES[case.operation.label, answer.status_code] += 1


@pytest.mark.journey
def test_the_calls_were_worth_something(customer: Customer) -> None:
    """The key still works at the end, and most operations were seen to succeed and to refuse."""
    if not STATUSES:
        pytest.skip("needs the calls before it")
    assert customer.call("GET", "/account")["account_state"] == "active"
    print(f"\n{sum(STATUSES.values())} calls, {len(STATUSES)} kinds of answer")
    succeeded = {label for label, status in STATUSES if status < 300}
    refused = {label for label, status in STATUSES if status >= 400}
    assert len(succeeded) > 25
    assert len(refused) > 25
