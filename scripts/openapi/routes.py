"""The routes of the API functions, as their apps know them. Nothing is called."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType
from typing import Any

from stepcoder.dialects.zencoder.dialect import Zencoder

FUNCTIONS = Path(__file__).resolve().parents[2] / "functions" / "api"

_KEYS = {
    "owner_or_login": "a key with full access, or the account's e-mail address and password",
    "owner": "a key with full access",
    "caller": "any key but a read-only one",
    "reader": "any key",
}


@dataclass(frozen=True)
class Route:
    """`path` as OpenAPI writes it. `asks` are the names that the handler uses, its own helpers' included."""

    method: str
    path: str
    asks: frozenset[str]

    @property
    def key(self) -> str | None:
        """The keys it takes, by how its handler asks who calls; None if it asks nobody."""
        return next((kind for asked, kind in _KEYS.items() if asked in self.asks), None)

    @property
    def has_body(self) -> bool:
        return not self.asks.isdisjoint({"body", "json_body", "optional_body"})

    @property
    def needs_body(self) -> bool:
        return self.has_body and "optional_body" not in self.asks


def routes(dialect: type = Zencoder) -> tuple[Route, ...]:
    """Every route of a dialect's functions in functions/api, by path and method. HEAD goes with GET and is left out."""
    found = {
        Route(route.method, route.openapi_path, frozenset(_asked(route.func)))
        for app in _apps()
        if isinstance(app.dialect, dialect)
        for route in (*app._static_routes, *app._dynamic_routes)
        if route.method != "HEAD"
    }
    return tuple(sorted(found, key=lambda route: (route.path, route.method)))


def _apps() -> Iterator[Any]:
    for path in sorted(FUNCTIONS.glob("*.py")):
        module = importlib.import_module(f"api.{path.stem}")
        if hasattr(module, "app"):
            yield module.app


def _asked(function: Any, seen: frozenset[Any] = frozenset()) -> Iterator[str]:
    """The names in a handler's code and in the functions of its module that it calls."""
    for name in _names(function.__code__):
        yield name
        known = function.__globals__.get(name)
        beside = inspect.isfunction(known) and known.__module__ == function.__module__ and known not in seen
        if beside:
            yield from _asked(known, seen | {known})


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
