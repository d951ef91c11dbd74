"""Puts the OpenAPI document together from routes, entries and schemas. What each says is in the files beside."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts.openapi.introduction import DESCRIPTION, SECURITY, SERVERS, TAGS
from scripts.openapi.operation import Json, Operation, Query, Undocumented
from scripts.openapi.parameters import CALLBACK, FORMAT, IN_PATHS, READ_FORMAT
from scripts.openapi.routes import Route
from scripts.openapi.settings import request_schemas
from scripts.openapi.statuses import RATE_HEADER, REMAINING, documents, refusals, usual_answers
from scripts.openapi.webhooks import webhooks
from stepcoder.dialects.zencoder.schemas.components import ANSWERS, REQUESTS
from stepcoder.dialects.zencoder.schemas.shapes import named

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
_ETAG: Json = {"description": "Of this answer's body.", "required": True, "schema": {"type": "string"}}


def openapi(routes: Iterable[Route], operations: Iterable[Operation]) -> Json:
    """The whole document. Raises Undocumented where routes and entries don't match."""
    project = tomllib.loads(PROJECT.read_text())["project"]
    schemas = {**request_schemas(), **REQUESTS, **ANSWERS}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Stepcoder",
            "version": project["version"],
            "summary": project["description"],
            "description": DESCRIPTION,
            "license": {"name": "Apache License 2.0", "identifier": project["license"]},
        },
        "servers": list(SERVERS),
        "tags": list(TAGS),
        "paths": _paths(tuple(routes), tuple(operations)),
        "webhooks": webhooks(),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "responses": usual_answers(),
            "securitySchemes": SECURITY,
        },
    }


def _paths(routes: tuple[Route, ...], operations: tuple[Operation, ...]) -> Json:
    by_address = {(route.method, route.path): route for route in routes}
    paths: Json = {}
    for operation, method in _calls(operations):
        route = by_address.pop((method, operation.path), None)
        if route is None:
            raise Undocumented(f"{method} {operation.path} has an entry in scripts/openapi/operations, but no route.")
        paths.setdefault(operation.path, {})[method.lower()] = _call(route, operation)
    if by_address:
        missing = ", ".join(f"{method} {path}" for method, path in by_address)
        raise Undocumented(f"Routes without an entry in scripts/openapi/operations: {missing}.")
    return paths


def _calls(operations: Iterable[Operation]) -> Iterator[tuple[Operation, str]]:
    for operation in operations:
        for method in (operation.method, *operation.also):
            yield operation, method


def _call(route: Route, operation: Operation) -> Json:
    other = route.method != operation.method
    call: Json = {
        "operationId": f"{operation.id}By{route.method.title()}" if other else operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "description": _description(route, operation),
        "security": _security(route),
        "parameters": _parameters(route, operation),
        "responses": {str(operation.status): _success(route, operation), **refusals(route, operation)},
    }
    if route.has_body != (operation.body is not None):
        raise Undocumented(f"{route.method} {route.path}: its handler and its entry disagree on whether it has a body.")
    if operation.body is not None:
        call["requestBody"] = _body(route, operation)
    if other:
        call["deprecated"] = True
    if operation.extension:
        call["x-stepcoder-extension"] = True
    return call


def _description(route: Route, operation: Operation) -> str:
    sentences = [operation.description]
    if route.method != operation.method:
        sentences.append(f"The same as {operation.method}, for old clients.")
    if route.key:
        sentences.append(f"Takes {route.key}.")
    if operation.extension:
        sentences.append("A Stepcoder extension.")
    return " ".join(filter(None, sentences))


def _security(route: Route) -> list[Json]:
    if route.key is None:
        return []
    ways = ["header", "query", *(["login"] if "owner_or_login" in route.asks else [])]
    return [{way: []} for way in ways]


def _parameters(route: Route, operation: Operation) -> list[Json]:
    queries = list(operation.queries)
    if operation.answer:
        queries += [READ_FORMAT, CALLBACK] if route.method == "GET" else [FORMAT]
    return [
        *_in_path(route),
        *(_parameter(query, "query") for query in queries),
        *(_parameter(header, "header") for header in operation.headers),
    ]


def _in_path(route: Route) -> Iterator[Json]:
    for name in re.findall(r"\{(\w+)\}", route.path):
        if name not in IN_PATHS:
            raise Undocumented(f"The path parameter {name} of {route.path} is not in scripts/openapi/parameters.py.")
        description, schema = IN_PATHS[name]
        yield {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _parameter(query: Query, place: str) -> Json:
    return {"name": query.name, "in": place, "description": query.description, "schema": query.schema}


def _body(route: Route, operation: Operation) -> Json:
    assert operation.body is not None  # noqa: S101 - the caller looked
    examples = {name: {"value": value} for name, value in operation.body.examples.items()}
    as_json: Json = {"schema": named(operation.body.schema), "examples": examples}
    as_xml: Json = {"schema": named(operation.body.schema)}
    return {"required": route.needs_body, "content": {"application/json": as_json, "application/xml": as_xml}}


def _success(route: Route, operation: Operation) -> Json:
    headers: dict[str, Json] = {RATE_HEADER: REMAINING} if route.key else {}
    if operation.answer is None:
        return {"description": "Done.", "headers": headers}
    reads = route.method == "GET"
    answer: dict[str, Any] = {
        "description": _first_sentence(ANSWERS, operation.answer),
        "headers": {**headers, **({"ETag": _ETAG} if reads else {})},
        "content": documents(named(operation.answer), reads=reads, example=operation.example),
    }
    links = {name: {"operationId": name, "parameters": dict(places)} for name, places in operation.links.items()}
    return {**answer, **({"links": links} if links else {})}


def _first_sentence(schemas: Mapping[str, Json], name: str) -> str:
    return str(schemas[name].get("description") or "Done.")
