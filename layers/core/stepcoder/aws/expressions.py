"""DynamoDB's condition and update expressions, built from Python values. Pure; no calls.

Every name and value goes through a placeholder, so reserved words (state, status, format …) need no thought.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from stepcoder.aws.marshal import to_attribute


@dataclass(frozen=True)
class Condition:
    """A condition on one item. Combine with `&` and `|`."""

    operator: Literal["and", "or", "=", "<>", "<", "<=", ">", ">=", "in", "exists", "absent"]
    name: str = ""
    values: tuple[Any, ...] = ()
    parts: tuple[Condition, ...] = ()

    def __and__(self, other: Condition) -> Condition:
        return Condition("and", parts=(self, other))

    def __or__(self, other: Condition) -> Condition:
        return Condition("or", parts=(self, other))


def equals(name: str, value: Any) -> Condition:
    return Condition("=", name, (value,))


def differs(name: str, value: Any) -> Condition:
    """True also where the attribute is missing."""
    return Condition("<>", name, (value,))


def less_than(name: str, value: Any) -> Condition:
    return Condition("<", name, (value,))


def at_most(name: str, value: Any) -> Condition:
    return Condition("<=", name, (value,))


def at_least(name: str, value: Any) -> Condition:
    return Condition(">=", name, (value,))


def more_than(name: str, value: Any) -> Condition:
    return Condition(">", name, (value,))


def one_of(name: str, values: Iterable[Any]) -> Condition:
    """At most 100 values (DynamoDB's limit). Sorted, so that the same condition is always the same text."""
    return Condition("in", name, tuple(sorted(values)))


def exists(name: str) -> Condition:
    return Condition("exists", name)


def absent(name: str) -> Condition:
    return Condition("absent", name)


@dataclass
class Placeholders:
    """The `#n` and `:v` of one request."""

    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    def name(self, name: str) -> str:
        known = {real: short for short, real in self.names.items()}
        short = known.get(name, f"#n{len(self.names)}")
        self.names[short] = name
        return short

    def value(self, value: Any) -> str:
        short = f":v{len(self.values)}"
        self.values[short] = to_attribute(value)
        return short

    def as_arguments(self) -> dict[str, Any]:
        """The request arguments; empty maps are left out because DynamoDB refuses them."""
        arguments: dict[str, Any] = {}
        if self.names:
            arguments["ExpressionAttributeNames"] = self.names
        if self.values:
            arguments["ExpressionAttributeValues"] = self.values
        return arguments


def condition_text(condition: Condition, placeholders: Placeholders) -> str:
    """The ConditionExpression (or KeyConditionExpression, or FilterExpression) of a condition."""
    if condition.operator in ("and", "or"):
        joint = f" {condition.operator.upper()} "
        return "(" + joint.join(condition_text(part, placeholders) for part in condition.parts) + ")"
    name = placeholders.name(condition.name)
    if condition.operator == "exists":
        return f"attribute_exists({name})"
    if condition.operator == "absent":
        return f"attribute_not_exists({name})"
    values = [placeholders.value(value) for value in condition.values]
    if condition.operator == "in":
        return f"{name} IN ({', '.join(values)})"
    return f"{name} {condition.operator} {values[0]}"


def update_text(
    placeholders: Placeholders,
    *,
    set_: Mapping[str, Any],
    add: Mapping[str, int],
    remove: Iterable[str],
    set_once: Mapping[str, Any],
) -> str:
    """The UpdateExpression. `set_once` values are written only where the attribute is still missing."""
    assignments = [f"{placeholders.name(name)} = {placeholders.value(value)}" for name, value in set_.items()]
    for name, value in set_once.items():
        short = placeholders.name(name)
        assignments.append(f"{short} = if_not_exists({short}, {placeholders.value(value)})")
    additions = [f"{placeholders.name(name)} {placeholders.value(value)}" for name, value in add.items()]
    removals = [placeholders.name(name) for name in remove]
    clauses = {"SET": assignments, "ADD": additions, "REMOVE": removals}
    return " ".join(f"{verb} {', '.join(parts)}" for verb, parts in clauses.items() if parts)
