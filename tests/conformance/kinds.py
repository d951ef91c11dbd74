"""What a value on the wire may be: kinds of values, and how a document is held against an expected one. No HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_MISSING = object()


@dataclass(frozen=True)
class Kind:
    """A named test of one value. Stands in expected documents where the exact value is unknown or unimportant."""

    name: str
    fits: Callable[[Any], bool]

    def __repr__(self) -> str:
        return self.name


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


INTEGER = Kind("integer", _whole)
NUMBER = Kind("number", lambda value: isinstance(value, int | float) and not isinstance(value, bool))
PERCENT = Kind("number from 0 to below 100", lambda value: NUMBER.fits(value) and 0 <= value < 100)
TEXT = Kind("text", lambda value: isinstance(value, str) and value != "")
BOOLEAN = Kind("boolean", lambda value: isinstance(value, bool))
HASH = Kind("hash", lambda value: isinstance(value, dict))
LIST = Kind("array", lambda value: isinstance(value, list))
SENTENCE = Kind("sentence", lambda value: isinstance(value, str) and value.endswith(".") and " " in value)


def matches(pattern: str) -> Kind:
    """Text that is wholly described by a regular expression."""
    return Kind(f"text like {pattern}", lambda value: isinstance(value, str) and bool(re.fullmatch(pattern, value)))


def either(*choices: Any) -> Kind:
    """One of several kinds or exact values."""
    return Kind(" or ".join(map(repr, choices)), lambda value: any(difference(each, value) is None for each in choices))


def but(kind: Kind, *values: Any) -> Kind:
    """A kind without some values."""
    return Kind(f"{kind} but not {values}", lambda value: kind.fits(value) and value not in values)


def about(number: float, tolerance: float) -> Kind:
    return Kind(f"{number} ± {tolerance}", lambda value: NUMBER.fits(value) and abs(value - number) <= tolerance)


def array_of(expected: Any, *, least: int = 1) -> Kind:
    """An array whose members all are as expected; not empty unless `least` is 0."""
    return Kind(
        f"array of {expected!r}",
        lambda value: (
            isinstance(value, list)
            and len(value) >= least
            and all(difference(expected, each) is None for each in value)
        ),
    )


def containing(expected: Any) -> Kind:
    """An array with at least one member as expected."""
    return Kind(
        f"array with {expected!r}",
        lambda value: isinstance(value, list) and any(difference(expected, each) is None for each in value),
    )


TIME = matches(r"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-5]\dZ")
DATE = matches(r"20\d\d-[01]\d-[0-3]\d")
MAYBE_TEXT = either(TEXT, None)
MAYBE_INTEGER = either(INTEGER, None)
MAYBE_TIME = either(TIME, None)


def difference(expected: Any, found: Any, place: str = "it") -> str | None:
    """Where `found` is not as expected; None if it is. Members of a hash that are not mentioned may be anything."""
    if isinstance(expected, Kind):
        return None if expected.fits(found) else f"{place} should be {expected!r}, is {found!r}"
    if isinstance(expected, dict) and isinstance(found, dict):
        for name, value in expected.items():
            if name not in found:
                return f"{place} has no {name!r}, only {sorted(map(str, found))}"
            if unlike := difference(value, found[name], f"{place}.{name}"):
                return unlike
        return None
    if isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        unlikes = (
            difference(one, other, f"{place}.{n}") for n, (one, other) in enumerate(zip(expected, found, strict=True))
        )
        return next((unlike for unlike in unlikes if unlike), None)
    # 1, 1.0 and True are equal to Python, but not to clients; "2" is not 2.
    same = expected == found and isinstance(expected, bool) == isinstance(found, bool)
    return None if same else f"{place} should be {expected!r}, is {found!r}"


def member(document: Any, path: str) -> Any:
    """What a dotted path leads to: names of members and positions in arrays. Raises AssertionError."""
    value = document
    for step in path.split(".") if path else ():
        if isinstance(value, list):
            there = step.lstrip("-").isdigit() and -len(value) <= int(step) < len(value)
            found = value[int(step)] if there else _MISSING
        else:
            found = value.get(step, _MISSING) if isinstance(value, dict) else _MISSING
        assert found is not _MISSING, f"there is no {step!r} of {path!r} in {value!r:.600}"
        value = found
    return value
