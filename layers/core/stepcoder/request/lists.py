"""How clients write lists besides writing lists. What is in them is read elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeGuard


def listed(value: object) -> list[object]:
    """The members `value` stands for: of a list, of a hash with numbers for names, or the one value itself.

    PHP writes an array that lost a member as such a hash.
    """
    if _numbered(value):
        return [value[name] for name in sorted(value, key=int)]
    return list(value) if isinstance(value, list | tuple) else [value]


def _numbered(value: object) -> TypeGuard[Mapping[str, object]]:
    return isinstance(value, dict) and bool(value) and all(_is_number(name) for name in value)


def _is_number(name: object) -> bool:
    return isinstance(name, str) and name.isascii() and name.isdigit() and len(name) < 5
