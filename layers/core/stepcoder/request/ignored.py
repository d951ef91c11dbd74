"""Which members of a request are passed over. What is said of them is warnings.py.

Unknown members are ignored, never rejected (zencoder-api 1.3, 3.28).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stepcoder.request.setting import SettingGroup, declared
from stepcoder.request.unsupported import asks_nothing, harmless, refused


class Ignored(NamedTuple):
    """`path` is the hash the member stands in, empty for the body; `why`: known, but without effect here."""

    path: str
    level: str
    name: str
    why: str | None


def ignored_members(model: type[SettingGroup], members: Mapping[str, object], path: str) -> Iterator[Ignored]:
    """The members of one hash that are unknown there, or known and without effect."""
    known = declared(model)
    spellings = {alias for found in known.values() for alias in found.setting.aliases}
    reasons = harmless(model.level)
    for name, value in members.items():
        if name in known or name in spellings or name in refused(model.level) or name == "api_key":
            continue
        if name not in reasons or not asks_nothing(value):
            yield Ignored(path, model.level, name, reasons.get(name))
