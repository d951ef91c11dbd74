"""The schema of a setting and the code that reads it agree on what is a proper value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from scripts.openapi.operation import Undocumented
from scripts.openapi.settings import request_schemas, schema_of
from stepcoder.request.catalogue import MODELS, catalogue
from stepcoder.request.setting import Declared, Kind, Wrong, declared
from stepcoder.request.streaming import Codecs

SCHEMAS = request_schemas()
SETTINGS = [(model.__name__, found) for model in MODELS for found in declared(model).values()]
VALUES = [(name, found) for name, found in SETTINGS if found.kind is not None]


def _named(case: tuple[str, Declared]) -> str:
    return f"{case[0]}.{case[1].name}"


@pytest.mark.parametrize("case", SETTINGS, ids=_named)
def test_every_setting_is_described(case: tuple[str, Declared]) -> None:
    model, found = case
    schema = SCHEMAS[model]["properties"][found.name]
    assert found.setting.effect[1:] in schema["description"]
    assert all(alias in SCHEMAS[model]["properties"] for alias in found.setting.aliases)


@pytest.mark.parametrize("case", VALUES, ids=_named)
def test_the_default_is_a_proper_value(case: tuple[str, Declared]) -> None:
    model, found = case
    schema = SCHEMAS[model]["properties"][found.name]
    if "default" in schema:
        Draft202012Validator(schema).validate(schema["default"])


# Values of every sort around the edges of what kinds take.
_NUMBERS = [-1, 0, 0.0005, 0.5, 1, 2, 3, 5, 6, 10, 300, 301, 3600, 3601, 8000, 44100, 100_000, 100_001, 10**6, 10**7]
_WORDS = ["", "x", "mp4", "auto", "1280x720", "0x5", "hls", "1:30", "0:00:01.5", "a/b.mp4", "../up", "crop", "a" * 300]
_PLACES = ["https://a.example/b.mp4", "s3://bucket/a.mp4", "ftp://a.example/b", "me@example.org", "a" * 32, "\x00"]
_OTHERS: list[Any] = [True, False, [], [1, 2.5], ["x"], {}, {"X-A": "b"}, {"X-A": {}}]
_EDGES: list[Any] = [*_NUMBERS, *_WORDS, *_PLACES, *_OTHERS]
# Rules of these are more than a pattern can say; what is refused by the schema must still be refused by them.
_ONLY_LOOSELY = {
    *("input", "url", "base_url", "secondary_url", "filename", "prefix", "path"),
    *("codecs", "headers", "azure_sas", "package_filename"),
}


def _is_read(kind: Kind, value: object) -> bool:
    try:
        kind.read(value)
    except Wrong:
        return False
    return True


@pytest.mark.parametrize("case", VALUES, ids=_named)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.one_of(st.sampled_from(_EDGES), st.integers(-5, 200_000), st.floats(0, 400), st.text(max_size=8)))
def test_what_the_schema_takes_is_read(case: tuple[str, Declared], value: object) -> None:
    """The other way round it need not be: the code is lenient, as the introduction says."""
    model, found = case
    assert found.kind is not None
    takes = Draft202012Validator(SCHEMAS[model]["properties"][found.name]).is_valid(value)
    if takes and found.name not in _ONLY_LOOSELY:
        assert _is_read(found.kind, value)


@pytest.mark.parametrize("case", VALUES, ids=_named)
def test_what_is_read_and_of_the_proper_type_is_taken_by_the_schema(case: tuple[str, Declared]) -> None:
    """So that no schema forbids what is allowed. Numbers and flags as text are left out, as the schema does."""
    model, found = case
    assert found.kind is not None
    schema = SCHEMAS[model]["properties"][found.name]
    validator = Draft202012Validator(schema)
    types = {part.get("type") for part in (schema, *schema.get("anyOf", []))}
    proper = {"integer": int, "number": (int, float), "boolean": bool, "string": str, "array": list, "object": dict}
    for value in _EDGES:
        of_type = any(isinstance(value, proper[name]) for name in types if name)
        is_flag = isinstance(value, bool) and "boolean" not in types
        if of_type and not is_flag and _is_read(found.kind, value) and value != "":
            written = found.kind.write(found.kind.read(value))
            assert validator.is_valid(value) or validator.is_valid(written), value


def test_refused_settings_and_those_without_effect_are_listed() -> None:
    for level, model in {model.level: model.__name__ for model in MODELS}.items():
        refused = sorted(entry.name for entry in catalogue() if (entry.level, entry.status) == (level, "refused"))
        assert SCHEMAS[model].get("x-refused-settings", []) == refused


def test_a_new_kind_of_value_must_be_given_a_schema() -> None:
    @dataclass(eq=False)
    class Colour(Kind):
        noun: ClassVar[str] = "colour"

    with pytest.raises(Undocumented, match="Colour has no schema: register one in"):
        schema_of(Colour())


def test_kinds_without_rules_of_their_own_are_texts() -> None:
    assert schema_of(Codecs()) == {"type": "string"}
