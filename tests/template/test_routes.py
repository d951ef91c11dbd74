"""Every spelling of a path reaches the function that has a route for it (zencoder-api 1.1, 1.3)."""

from __future__ import annotations

import importlib
import re
from itertools import product
from typing import Any

import pytest

from stepcoder_local.declared import Route
from stepcoder_local.gateway import Matcher, matcher
from tests.template.deployed import FUNCTIONS

# The formats that a path may ask for.
SUFFIXES = {"Zencoder": ["", ".json", ".xml", ".js"], "VideoSdk": [""]}


def _routes() -> list[Route]:
    return [
        Route(event["Properties"].get("Method", "ANY"), event["Properties"].get("Path", "$default"), function)
        for function, properties in FUNCTIONS.items()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "HttpApi"
    ]


MATCHERS: list[Matcher] = sorted((matcher(route) for route in _routes()), key=lambda found: found.rank)


def _reached(path: str) -> str:
    """The function API Gateway gives a path to."""
    return next(found.route.function for found in MATCHERS if found.pattern.fullmatch(path))


def _app(function: str) -> Any:
    module = importlib.import_module(FUNCTIONS[function]["Handler"].rsplit(".", 1)[0])
    return getattr(module, "app", None)


def _paths() -> list[tuple[str, str]]:
    """(path, function) for every route in the code, with a number for each variable."""
    found = set()
    for function in {route.function for route in _routes()}:
        app = _app(function)
        for route in () if app is None else (*app._static_routes, *app._dynamic_routes):
            found.add((re.sub(r"<\w+>", "7", route.path), function))
    return sorted(found)


def test_there_are_routes() -> None:
    assert {"/jobs", "/jobs/7/cancel", "/account", "/inputs/7/progress"} <= {path for path, _ in _paths()}


@pytest.mark.parametrize(("path", "function"), _paths())
def test_a_path_in_every_spelling_reaches_its_function(path: str, function: str) -> None:
    dialect = _app(function).dialect
    endings = product(SUFFIXES[type(dialect).__name__], ["", "/"])
    spelled = [prefix + path + "".join(ending) for prefix, ending in product(dialect.prefixes, endings)]
    assert {each: _reached(each) for each in spelled} == dict.fromkeys(spelled, function)


@pytest.mark.parametrize("path", ["/", "/jobs", "/api", "/api/v2", "/api/v2/", "/api/v2/nothing", "/nothing/at/all"])
def test_what_nobody_has_is_answered_all_the_same(path: str) -> None:
    assert _reached(path) == "AccountFunction"


@pytest.mark.parametrize("path", ["/v1/", "/v1/nothing", "/v1/encoder", "/v1/files.json"])
def test_what_nobody_has_of_videosdk_s_paths_is_answered_in_its_words(path: str) -> None:
    assert _reached(path) == "EncoderFunction"


def test_no_route_ends_in_a_slash() -> None:
    """API Gateway refuses those."""
    assert [route.path for route in _routes() if route.path.endswith("/")] == []


def test_the_api_takes_so_many_routes() -> None:
    assert len(_routes()) <= 300


def test_a_function_takes_so_many_permissions() -> None:
    """SAM gives each route a statement of some 500 bytes in its function's policy, which may have 20 KB."""
    functions = [route.function for route in _routes()]
    assert max(functions.count(function) for function in set(functions)) <= 40
