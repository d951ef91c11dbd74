from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from stepcoder_local.declared import EventRule, Schedule
from stepcoder_local.triggers import ExecutionWatch, Scheduler, matches
from tests.local.observing import wait_for

MACHINE = "arn:aws:states:us-east-1:123456789012:stateMachine:fan"
RULE = EventRule({"source": ["aws.states"], "detail": {"status": ["FAILED"], "stateMachineArn": [MACHINE]}}, "ended")


class Pool:
    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def invoke_later(self, name: str, event: bytes) -> None:
        self.calls.append((name, json.loads(event)))


class States:
    """Step Functions with executions by name: their status."""

    def __init__(self, **executions: str) -> None:
        self.executions = executions
        self.looks = 0

    def get_paginator(self, _: str) -> States:
        return self

    def paginate(self, stateMachineArn: str, statusFilter: str, PaginationConfig: Any) -> list[dict[str, Any]]:
        self.looks += 1
        found = [name for name, status in self.executions.items() if status == statusFilter]
        return [{"executions": [{"executionArn": name} for name in found]}]

    def describe_execution(self, executionArn: str) -> dict[str, Any]:
        return {
            "executionArn": executionArn,
            "stateMachineArn": MACHINE,
            "name": executionArn,
            "status": self.executions[executionArn],
            "startDate": datetime(2031, 1, 1, tzinfo=UTC),
            "input": '{"job_id": 7}',
            "error": "States.Runtime",
            "cause": "because",
        }


def test_an_execution_that_failed_is_told_once_in_awss_shape() -> None:
    pool, states = Pool(), States(a="RUNNING", b="FAILED", c="SUCCEEDED", d="ABORTED")
    watch = ExecutionWatch([MACHINE], [RULE], pool, states)  # type: ignore[arg-type]

    assert watch.look() is True
    states.executions["a"] = "SUCCEEDED"
    assert watch.look() is False

    ((name, event),) = pool.calls
    assert name == "ended"
    assert event["detail-type"] == "Step Functions Execution Status Change"
    assert event["detail"] == {
        "executionArn": "b",
        "stateMachineArn": MACHINE,
        "name": "b",
        "status": "FAILED",
        "startDate": 1924992000000,
        "stopDate": None,
        "input": '{"job_id": 7}',
        "output": None,
        "error": "States.Runtime",
        "cause": "because",
    }


def test_nobody_looks_while_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stepcoder_local.triggers.WATCH_SECONDS", 0.01)
    pool, states = Pool(), States()
    watch = ExecutionWatch([MACHINE], [RULE], pool, states)  # type: ignore[arg-type]
    watch.start()
    assert states.looks == 0

    states.executions["a"] = "FAILED"
    watch.execution_started()

    wait_for(lambda: pool.calls)
    watch.stop()


def test_schedules_call_their_function_again_and_again() -> None:
    pool = Pool()
    schedules = [Schedule("often", "tick", 0.02, None), Schedule("said", "talk", 0.02, '{"a": 1}')]
    scheduler = Scheduler(schedules, pool)  # type: ignore[arg-type]
    scheduler.start()

    wait_for(lambda: len(pool.calls) >= 6)
    scheduler.stop()

    ticks = [event for name, event in pool.calls if name == "tick"]
    assert ticks[0]["detail-type"] == "Scheduled Event"
    assert ("talk", {"a": 1}) in pool.calls


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ({"source": ["a"]}, True),
        ({"source": ["b"]}, False),
        ({"source": [{"prefix": "a"}]}, True),
        ({"detail": {"n": [1, 2]}}, True),
        ({"detail": {"n": [3]}}, False),
        ({"detail": {"m": [None]}}, True),
        ({"detail": {"list": ["y"]}}, True),
        ({"source": {"deeper": ["a"]}}, False),
    ],
)
def test_patterns(pattern: dict[str, Any], expected: bool) -> None:
    assert matches(pattern, {"source": "a", "detail": {"n": 1, "list": ["x", "y"]}}) is expected


def test_an_unknown_operator_is_refused() -> None:
    with pytest.raises(ValueError, match="anything-but"):
        matches({"source": [{"anything-but": "a"}]}, {"source": "b"})
