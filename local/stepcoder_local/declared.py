"""The shapes of what a template declares, with embedded names filled in. Only data; reading it is template.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Route:
    """One route of the HTTP API: `path` as in the template, "$default" for everything else; `function` by name."""

    method: str
    path: str
    function: str


@dataclass(frozen=True)
class QueueSource:
    """An SQS event source. Times in seconds."""

    queue: str
    function: str
    batch_size: int
    report_failures: bool
    concurrency: int


@dataclass(frozen=True)
class Schedule:
    """A function called every `seconds`, with `payload` if the template gives one."""

    name: str
    function: str
    seconds: float
    payload: str | None


@dataclass(frozen=True)
class EventRule:
    """An EventBridge pattern and the function it calls."""

    pattern: Mapping[str, Any]
    function: str


@dataclass(frozen=True)
class FunctionSpec:
    """A Lambda function. `timeout` in seconds, `memory` in MB; `code` and `layers` as the template writes them."""

    name: str
    arn: str
    handler: str
    timeout: int
    memory: int
    environment: Mapping[str, str]
    code: str
    layers: tuple[str, ...]


@dataclass(frozen=True)
class Resource:
    """A resource to be created: its embedded name, its ARN and its resolved properties."""

    name: str
    arn: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class StateMachine:
    """A state machine with its definition's text, substitutions done."""

    name: str
    arn: str
    definition: str


@dataclass
class Template:
    """Everything embedded mode needs of the template, by logical id."""

    root: Path
    functions: dict[str, FunctionSpec] = field(default_factory=dict)
    tables: dict[str, Resource] = field(default_factory=dict)
    buckets: dict[str, Resource] = field(default_factory=dict)
    queues: dict[str, Resource] = field(default_factory=dict)
    keys: dict[str, Resource] = field(default_factory=dict)
    state_machines: dict[str, StateMachine] = field(default_factory=dict)
    routes: list[Route] = field(default_factory=list)
    queue_sources: list[QueueSource] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    rules: list[EventRule] = field(default_factory=list)
