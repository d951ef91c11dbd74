"""The map of the house as data, and how modules and imports are read. What must hold is in the tests beside it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
ROOMS = {"stepcoder": "layers/core", "api": "functions", "pipeline": "functions", "triggers": "functions"}
ROOMS["stepcoder_local"] = "local"

# Which floor a module is on: the longest name that fits counts. A new module belongs to one of these.
FLOORS = {
    "stepcoder_local": "local",
    "api": "functions",
    "pipeline": "functions",
    "triggers": "functions",
    "stepcoder": "kernel",  # the package's own __init__, which holds nothing
    "stepcoder.accounts": "use-cases",
    "stepcoder.credentials": "use-cases",
    "stepcoder.api": "use-cases",
    "stepcoder.documentation": "use-cases",
    "stepcoder.files": "use-cases",
    "stepcoder.jobs": "use-cases",
    "stepcoder.notifications": "use-cases",
    "stepcoder.rates": "use-cases",
    "stepcoder.steps": "use-cases",
    "stepcoder.usage": "use-cases",
    "stepcoder.aws": "adapters",
    "stepcoder.captions": "adapters",
    "stepcoder.destinations": "adapters",
    "stepcoder.net": "adapters",
    "stepcoder.object_stores": "adapters",
    "stepcoder.probe": "adapters",
    "stepcoder.process": "adapters",
    "stepcoder.range_reader": "adapters",
    "stepcoder.records": "adapters",
    "stepcoder.sources": "adapters",
    "stepcoder.transfers": "adapters",
    "stepcoder.billing": "kernel",
    "stepcoder.commands": "kernel",
    "stepcoder.dialects": "kernel",
    "stepcoder.errors": "kernel",
    "stepcoder.media": "kernel",
    "stepcoder.media_facts": "kernel",
    "stepcoder.mp4": "kernel",
    "stepcoder.plan": "kernel",
    "stepcoder.playlists": "kernel",
    "stepcoder.progress": "kernel",
    "stepcoder.records.model": "kernel",  # the records' shapes: dialects render them
    "stepcoder.request": "kernel",
    "stepcoder.signing": "kernel",
    "stepcoder.states": "kernel",
    "stepcoder.storage": "kernel",
    "stepcoder.tars": "kernel",
    "stepcoder.uploads": "kernel",
    "stepcoder.runtime": "runtime",
}

# What each floor may import: itself and what is below. The kernel is pure, so not even the runtime.
MAY_IMPORT = {
    "local": {"local", "functions", "use-cases", "adapters", "kernel", "runtime"},
    "functions": {"functions", "use-cases", "adapters", "kernel", "runtime"},
    "use-cases": {"use-cases", "adapters", "kernel", "runtime"},
    "adapters": {"adapters", "kernel", "runtime"},
    "kernel": {"kernel"},
    "runtime": set[str](),
}


class Import(NamedTuple):
    """`module` is absolute; `lazy` when it is inside a function."""

    module: str
    line: int
    lazy: bool


class Module(NamedTuple):
    name: str
    path: Path
    tree: ast.Module

    @property
    def place(self) -> str:
        return str(self.path.relative_to(ROOT))


@cache
def modules() -> dict[str, Module]:
    """Every module we wrote, by name."""
    found = {}
    for package, root in ROOMS.items():
        for path in sorted((ROOT / root / package).rglob("*.py")):
            parts = path.relative_to(ROOT / root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = Module(name, path, ast.parse(path.read_text(), str(path)))
    return found


def floor(name: str) -> str | None:
    """The floor of a module, or None where the map doesn't know it."""
    known = [prefix for prefix in FLOORS if name == prefix or name.startswith(prefix + ".")]
    best = max(known, key=len, default=None)
    # Inside the package nothing goes by default: each room is on the map.
    return None if best is None or (best == "stepcoder" and name != best) else FLOORS[best]


def imports(module: Module) -> Iterator[Import]:
    """What a module imports when it runs; imports for type checkers only are left out."""
    yield from _imports(module.tree.body, lazy=False)


def our_imports(module: Module) -> set[str]:
    """The modules of ours that a module imports."""
    return {found.module for found in imports(module) if found.module in modules()}


def _imports(body: list[ast.stmt], *, lazy: bool) -> Iterator[Import]:
    for statement in body:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                yield Import(alias.name, statement.lineno, lazy)
        elif isinstance(statement, ast.ImportFrom):
            for name in _from(statement):
                yield Import(name, statement.lineno, lazy)
        elif not _for_type_checkers(statement):
            inside = lazy or isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef)
            for block in _blocks(statement):
                yield from _imports(block, lazy=inside)


def _from(statement: ast.ImportFrom) -> Iterator[str]:
    """`from a import b` imports the module a.b where there is one, otherwise a."""
    base = statement.module or ""
    for alias in statement.names:
        name = f"{base}.{alias.name}"
        yield name if name in _names() else base


@cache
def _names() -> frozenset[str]:
    names = set()
    for package, root in ROOMS.items():
        for path in (ROOT / root / package).rglob("*.py"):
            parts = path.relative_to(ROOT / root).with_suffix("").parts
            names.add(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return frozenset(names)


def _for_type_checkers(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and ast.unparse(statement.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING")


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for field in ("body", "orelse", "finalbody"):
        block = getattr(statement, field, None)
        if isinstance(block, list):
            yield block
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body
