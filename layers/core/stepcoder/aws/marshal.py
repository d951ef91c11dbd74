"""Python values ↔ DynamoDB's typed JSON. Pure.

Ours rather than boto3's: that one brings boto3 into every cold start and speaks Decimal, which no caller wants.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any


def to_attribute(value: Any) -> dict[str, Any]:
    """One attribute value. Raises TypeError for what DynamoDB can't hold: NaN, infinities, Fractions, objects."""
    if value is None:
        return {"NULL": True}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, int) or (isinstance(value, float) and math.isfinite(value)):
        return {"N": repr(value)}
    if isinstance(value, Mapping):
        return {"M": to_item(value)}
    if isinstance(value, list | tuple):
        return {"L": [to_attribute(member) for member in value]}
    raise TypeError(f"A record can't hold {value!r}.")


def from_attribute(attribute: Mapping[str, Any]) -> Any:
    """The Python value. Numbers come back as int where they are whole, else float."""
    ((kind, value),) = attribute.items()
    if kind == "N":
        return int(value) if value.lstrip("-").isdigit() else _number(value)
    if kind == "M":
        return from_item(value)
    if kind == "L":
        return [from_attribute(member) for member in value]
    if kind == "NULL":
        return None
    if kind == "B":
        return bytes(value)
    return value


def _number(text: str) -> float | int:
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < 2**53 else value


def to_item(values: Mapping[str, Any]) -> dict[str, Any]:
    """A whole item, or a map attribute."""
    return {name: to_attribute(value) for name, value in values.items()}


def from_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """A whole item, or a map attribute, as a plain dict."""
    return {name: from_attribute(attribute) for name, attribute in item.items()}
