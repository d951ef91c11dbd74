"""Which format an answer has, given all the ways to ask for one (zencoder-api 1.3). Pure; formats are the dialect's.

Suffix, then the format parameter, then the Accept header. Nobody is refused for asking: what can't be had is answered
in the default format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from stepcoder.dialects.wire import Dialect

_QUALITY = re.compile(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*", re.IGNORECASE | re.ASCII)
# What browsers accept; they list XML too, but show JSON just as well.
_PAGES = ("text/html", "application/xhtml+xml")


def format_name(dialect: Dialect, suffix: str, parameter: str | None, accept: str | None) -> str:
    """The name of the format. `suffix` is the one of the path, empty if it has none."""
    if suffix:
        return suffix
    if parameter:
        # A name nobody knows is answered in the default format: old clients send what newer servers don't have.
        return _known(dialect, parameter.strip().lower())
    return _preferred(dialect, accept or "")


def _known(dialect: Dialect, name: str) -> str:
    return name if name in dialect.formats else dialect.default_format


def _preferred(dialect: Dialect, accept: str) -> str:
    """The default, unless the header names another format and does not want the default at least as much."""
    wanted = _qualities(accept)
    if any(wanted.get(page) for page in _PAGES):
        return dialect.default_format
    named: dict[str, float] = {}
    for media_type, name in dialect.media_types.items():
        if media_type in wanted:
            named[name] = max(named.get(name, 0.0), wanted[media_type])
    # A wildcard takes in the default, but to name another format with the same weight is to prefer it.
    default = named.pop(dialect.default_format, _wildcard(wanted) - 0.0005)
    best = max(named, key=lambda name: named[name], default=dialect.default_format)
    return best if named.get(best, 0.0) > max(default, 0.0) else dialect.default_format


def _wildcard(wanted: Mapping[str, float]) -> float:
    return max(wanted.get("application/*", 0.0), wanted.get("*/*", 0.0))


def _qualities(accept: str) -> dict[str, float]:
    """Each media range of an Accept header with its weight. What is no number weighs nothing."""
    found: dict[str, float] = {}
    for part in accept.split(","):
        media_range, *parameters = part.split(";")
        found[media_range.strip().lower()] = _weight(parameters)
    return found


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.strip().lower().startswith("q"):
            match = _QUALITY.fullmatch(parameter)
            return min(float(match[1]), 1.0) if match else 0.0
    return 1.0
