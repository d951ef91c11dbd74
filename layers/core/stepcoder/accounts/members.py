"""Reading members of the bodies that accounts and credentials are managed with. Pure; jobs have request/ for that.

Lenient as the rest of the API (zencoder-api 1.3): numbers and flags may come as text, unknown members are ignored.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from stepcoder.errors import InvalidRequest

LONGEST_TEXT = 255
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_FLAGS = {"1": True, "true": True, "0": False, "false": False}


def text(body: Mapping[str, Any], name: str, longest: int = LONGEST_TEXT) -> str | None:
    """A member that is one line of text, trimmed; None if absent or empty. Raises InvalidRequest."""
    value = body.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        return None
    if not isinstance(value, str) or len(value.strip()) > longest or _UNPRINTABLE.search(value.strip()):
        # The value is not repeated: it may be a secret.
        raise InvalidRequest(f"{name} must be text of at most {longest} characters on one line.")
    return value.strip() or None


def flag(body: Mapping[str, Any], name: str) -> bool | None:
    """A member that is true or false; None if absent. Raises InvalidRequest."""
    value = body.get(name)
    if value is None or value == "":
        return None
    known = _FLAGS.get(str(value).strip().lower()) if isinstance(value, bool | int | str) else None
    if known is None:
        raise InvalidRequest(f"{name} is {shown(value)}: it must be true or false.")
    return known


def whole_number(body: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    """A member that is a whole number; None if absent. Raises InvalidRequest."""
    value = body.get(name)
    if value is None or value == "":
        return None
    number = re.fullmatch(r"[+-]?[0-9]{1,9}(\.0+)?", str(value).strip()) if _is_number_like(value) else None
    found = int(float(number[0])) if number else None
    if found is None or not least <= found <= most:
        raise InvalidRequest(f"{name} is {shown(value)}: it must be a whole number from {least} to {most}.")
    return found


def choice(body: Mapping[str, Any], name: str, options: Sequence[str]) -> str | None:
    """A member that is one of a few words; None if absent. Raises InvalidRequest."""
    value = body.get(name)
    if value is None or value == "":
        return None
    word = value.strip().lower().replace("-", "_") if isinstance(value, str) else None
    if word not in options:
        raise InvalidRequest(f"{name} is {shown(value)}: it must be one of {', '.join(options[:-1])} or {options[-1]}.")
    return word


def shown(value: object) -> str:
    """A value as sentences quote it, cut to a readable length."""
    words = f'"{value}"' if isinstance(value, str) else repr(value)
    return words if len(words) <= 60 else f"{words[:57]}…"


def _is_number_like(value: object) -> bool:
    return isinstance(value, int | float | str) and not isinstance(value, bool)
