"""The house rules that a machine can see: sizes, names, opening sentences, thin doors."""

from __future__ import annotations

import ast
import re

from tests.architecture import house

LONGEST_FILE = 250
LONGEST_FUNCTION = 60
LONGEST_HANDLER = 60
VAGUE = {"util", "utils", "helper", "helpers", "common", "misc", "shared", "tools", "manager"}


def _tests_and_scripts() -> list[tuple[str, str]]:
    paths = [path for part in ("tests", "scripts", "benchmarks") for path in (house.ROOT / part).rglob("*.py")]
    return [(str(path.relative_to(house.ROOT)), path.read_text()) for path in paths]


def _length(text: str) -> int:
    return len(text.splitlines())


def test_files_are_short() -> None:
    lengths = [(module.place, _length(module.path.read_text())) for module in house.modules().values()]
    long = [f"{place} {length}" for place, length in lengths if length > LONGEST_FILE]
    assert not long, "\n".join(long)


def test_functions_are_short() -> None:
    trees = [(module.place, module.tree) for module in house.modules().values()]
    trees += [(place, ast.parse(text)) for place, text in _tests_and_scripts()]
    long = [
        f"{place}:{node.lineno} {node.name}"
        for place, tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long, "\n".join(long)


def test_every_module_opens_with_a_sentence() -> None:
    silent = [
        module.place
        for module in house.modules().values()
        if module.tree.body and not re.search(r"[.?!](\s|$)", ast.get_docstring(module.tree) or "")
    ]
    assert not silent, "\n".join(silent)


def test_rooms_have_names_of_their_own() -> None:
    vague = [name for name in house.modules() if VAGUE & set(name.split("."))]
    assert not vague, "\n".join(vague)


def test_functions_are_only_doors() -> None:
    doors = [module for module in house.modules().values() if house.floor(module.name) == "functions"]
    long = [module.place for module in doors if _length(module.path.read_text()) > LONGEST_HANDLER]
    assert not long, "\n".join(long)


def test_nothing_swallows_every_error() -> None:
    wrong = [
        f"{module.place}:{node.lineno}"
        for module in house.modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and all(isinstance(statement, ast.Pass) for statement in node.body)
    ]
    assert not wrong, "\n".join(wrong)
