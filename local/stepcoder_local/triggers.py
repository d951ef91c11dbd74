"""What EventBridge does in AWS and moto does not: schedules, and rules on executions that ended."""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from .declared import EventRule, Schedule
from .lambda_pool import LambdaPool
from .template import ACCOUNT, REGION

log = logging.getLogger(__name__)

WATCH_SECONDS = 2.0
_OVER = ("SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED")


class Scheduler:
    """Calls each schedule's function at its rate, the first time one period after the start."""

    def __init__(self, schedules: Sequence[Schedule], pool: LambdaPool) -> None:
        self.schedules, self.pool = schedules, pool
        self._stop = threading.Event()

    def start(self) -> None:
        for schedule in self.schedules:
            threading.Thread(target=self._run, args=(schedule,), name=schedule.name, daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self, schedule: Schedule) -> None:
        while not self._stop.wait(schedule.seconds):
            rule = f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{schedule.name}"
            payload = schedule.payload or json.dumps(event("aws.events", "Scheduled Event", {}, [rule]))
            self.pool.invoke_later(schedule.function, payload.encode())


class ExecutionWatch:
    """Looks at the state machines' executions while any runs, and tells the rules' functions which are over."""

    def __init__(self, machines: Sequence[str], rules: Sequence[EventRule], pool: LambdaPool, states: Any) -> None:
        self.machines, self.rules, self.pool, self.states = machines, rules, pool, states
        self._told: set[str] = set()
        self._running: set[str] = set()
        self._wake = threading.Event()
        self._stop = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="execution watch", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()
        self._wake.set()

    def execution_started(self) -> None:
        """Begin to look: until now, or since the last one ended, there was nothing to see."""
        self._wake.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._wake.wait()
            self._wake.clear()
            running = True
            while running and not self._stop.wait(WATCH_SECONDS):
                running = self._look_safely()

    def _look_safely(self) -> bool:
        try:
            return self.look()
        except Exception:
            log.exception("looking at executions")
            return True

    def look(self) -> bool:
        """Tell about executions that are over and were not told of before. Returns whether any is still running."""
        # Asked first: what ends in between is found below, or the next time.
        running = {execution["executionArn"] for machine in self.machines for execution in self._running_in(machine)}
        for arn in self._running - running - self._told:
            self._tell(arn)
        self._running = running
        for machine in self.machines:
            for status in _OVER:
                self._tell_newest(machine, status)
        return bool(running)

    def _running_in(self, machine: str) -> list[dict[str, Any]]:
        return [execution for page in self._pages(machine, "RUNNING") for execution in page]

    def _tell_newest(self, machine: str, status: str) -> None:
        """Whatever began and ended between two looks is on the first pages: the newest come first."""
        for page in self._pages(machine, status):
            new = [execution["executionArn"] for execution in page if execution["executionArn"] not in self._told]
            for arn in new:
                self._tell(arn)
            if not new:
                return

    def _pages(self, machine: str, status: str) -> Iterator[list[dict[str, Any]]]:
        listing = self.states.get_paginator("list_executions")
        for page in listing.paginate(stateMachineArn=machine, statusFilter=status, PaginationConfig={"PageSize": 100}):
            yield page["executions"]

    def _tell(self, arn: str) -> None:
        self._told.add(arn)
        found = status_event(self.states.describe_execution(executionArn=arn))
        for rule in self.rules:
            if matches(rule.pattern, found):
                self.pool.invoke_later(rule.function, json.dumps(found).encode())


def status_event(execution: Mapping[str, Any]) -> dict[str, Any]:
    """The "Step Functions Execution Status Change" event for an answer of DescribeExecution. Times in milliseconds."""
    detail = {
        "executionArn": execution["executionArn"],
        "stateMachineArn": execution["stateMachineArn"],
        "name": execution["name"],
        "status": execution["status"],
        "startDate": _milliseconds(execution.get("startDate")),
        "stopDate": _milliseconds(execution.get("stopDate")),
        "input": execution.get("input"),
        "output": execution.get("output"),
        "error": execution.get("error"),
        "cause": execution.get("cause"),
    }
    return event("aws.states", "Step Functions Execution Status Change", detail, [execution["executionArn"]])


def event(source: str, kind: str, detail: Mapping[str, Any], resources: list[str]) -> dict[str, Any]:
    """An EventBridge event."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": kind,
        "source": source,
        "account": ACCOUNT,
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "region": REGION,
        "resources": resources,
        "detail": detail,
    }


def matches(pattern: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    """EventBridge matching for exact values and {"prefix": …}; any other operator raises ValueError."""
    for name, wanted in pattern.items():
        value = found.get(name)
        if isinstance(wanted, Mapping):
            if not isinstance(value, Mapping) or not matches(wanted, value):
                return False
        elif not any(_fits(choice, value) for choice in wanted):
            return False
    return True


def _fits(choice: Any, value: Any) -> bool:
    if isinstance(choice, Mapping):
        if set(choice) != {"prefix"}:
            raise ValueError(f"Embedded mode does not know the event pattern {dict(choice)}.")
        return isinstance(value, str) and value.startswith(choice["prefix"])
    values = value if isinstance(value, list) else [value]
    return choice in values


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)
