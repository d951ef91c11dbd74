"""The described answers taken at their word: a member that the description does not name is an error.

The description itself leaves objects open, as clients must; only tests are this strict.
"""

from __future__ import annotations

import copy
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker

from stepcoder.dialects.zencoder.schemas.components import ANSWERS


def closed(schema: Any) -> Any:
    """The schema with every object limited to the members it names."""
    if isinstance(schema, list):
        return [closed(member) for member in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {name: closed(value) for name, value in schema.items()}
    if schema.get("type") == "object" and "properties" in schema:
        shut.setdefault("additionalProperties", False)
    return shut


def closed_answers(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document whose answers are closed. Requests stay open: unknown members are ignored there."""
    strict = copy.deepcopy(document)
    schemas = strict["components"]["schemas"]
    for name in ANSWERS:
        schemas[name] = closed(schemas[name])
    return strict


def problems(name: str, answer: object) -> list[str]:
    """What is wrong with an answer that should be described by the schema of that name."""
    schemas = {"components": {"schemas": {known: closed(schema) for known, schema in ANSWERS.items()}}}
    schema = {"$ref": f"#/components/schemas/{name}", **schemas}
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer)]
