"""What an entry about a route says beyond what the code tells. Only shapes; entries are in operations/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stepcoder.dialects.zencoder.schemas.shapes import Schema

Json = dict[str, Any]


class Undocumented(Exception):
    """Code and documentation don't match; the message says what to write where."""


@dataclass(frozen=True)
class Query:
    """A query parameter."""

    name: str
    description: str
    schema: Schema


@dataclass(frozen=True)
class Body:
    """A request body: the name of its schema and examples by name."""

    schema: str
    examples: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One call. `answer` names the schema of its success, None for an empty 204.

    `also` are methods that do the same, for old clients. `refusals` say when statuses occur that don't follow from the
    code (see statuses.py) or need another sentence. `links` lead to other operations by what the answer holds.
    """

    id: str
    method: str
    path: str
    tag: str
    summary: str
    status: int = 200
    answer: str | None = None
    description: str = ""
    also: tuple[str, ...] = ()
    queries: tuple[Query, ...] = ()
    headers: tuple[Query, ...] = ()
    body: Body | None = None
    refusals: Mapping[int, str] = field(default_factory=dict)
    links: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # operation → path parameter → expression
    example: Any = None
    extension: bool = False  # ours, not Zencoder's
    media_types: tuple[str, ...] = ()  # of the answer, where they are not those of documents
