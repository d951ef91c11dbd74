"""How schemas of answers are written down: JSON Schema 2020-12 by few words. No document's schema here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

Schema = dict[str, Any]

ID: Schema = {"type": "integer", "format": "int64", "minimum": 1}
COUNT: Schema = {"type": "integer", "minimum": 0}
TEXT: Schema = {"type": "string"}
YES_NO: Schema = {"type": "boolean"}
PERCENT: Schema = {"type": "number", "minimum": 0, "maximum": 100}
TIME: Schema = {
    "type": "string",
    "format": "date-time",
    "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$",
    "example": "2031-04-05T06:07:08Z",
}
DAY: Schema = {"type": "string", "format": "date", "example": "2031-04-05"}


def hash_of(members: Mapping[str, Schema], description: str = "", *, optional: Collection[str] = ()) -> Schema:
    """An object with these members, all of them always there but the optional ones."""
    told = {"description": description} if description else {}
    return {
        "type": "object",
        **told,
        "properties": dict(members),
        "required": [name for name in members if name not in optional],
    }


def list_of(member: Schema, description: str = "") -> Schema:
    told = {"description": description} if description else {}
    return {"type": "array", **told, "items": member}


def named(component: str) -> Schema:
    """The schema of that name."""
    return {"$ref": f"#/components/schemas/{component}"}


def or_null(schema: Schema) -> Schema:
    """The same, or null."""
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    return {**schema, "type": [schema["type"], "null"]}


def one_of(values: Collection[str], description: str = "") -> Schema:
    """One of a few words, in the order given; sets are sorted."""
    words = sorted(values) if isinstance(values, frozenset | set) else list(values)
    told = {"description": description} if description else {}
    return {"type": "string", **told, "enum": words}


def told(schema: Schema, description: str) -> Schema:
    """The schema with a sentence about it."""
    return {**schema, "description": description}
