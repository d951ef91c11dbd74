"""The whole table: every section's rules, in the reference's order."""

from __future__ import annotations

import importlib
import pkgutil
import re
from types import ModuleType

from tests.conformance import sections
from tests.conformance.rules import Rule, Section


def _order(name: str) -> tuple[list[int], str]:
    return [int(number) for number in re.findall(r"\d+", name)], name


def all_modules() -> list[ModuleType]:
    """The modules in sections/ that hold rules."""
    names = sorted((module.name for module in pkgutil.iter_modules(sections.__path__)), key=_order)
    return [importlib.import_module(f"{sections.__name__}.{name}") for name in names]


def all_sections() -> list[Section]:
    """The Section objects of all modules."""
    found = [value for module in all_modules() for value in vars(module).values() if isinstance(value, Section)]
    return list(dict.fromkeys(found))


RULES: list[Rule] = [rule for section in all_sections() for rule in section]
