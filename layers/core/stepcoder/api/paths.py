"""Request paths: from what arrived to what routes know. Pure; no routing here."""

from __future__ import annotations

import re

from stepcoder.dialects.videosdk.ids import parts_of
from stepcoder.dialects.wire import Address, Dialect
from stepcoder.errors import NotFound

_SUFFIX = re.compile(r"^(?P<path>.*[^/])\.(?P<suffix>[A-Za-z]{1,8})$")
# What fits the table's numbers and every client's 64-bit column; ASCII digits only.
_ID = re.compile(r"[1-9][0-9]{0,17}")


def locate(raw_path: str, stage: str, dialect: Dialect) -> Address:
    """The address of `raw_path`. Whatever lies outside the dialect's prefixes becomes "/", which no route serves."""
    path = re.sub("/{2,}", "/", "/" + raw_path).rstrip("/")
    path = _without_prefix(path, f"/{stage}") if stage not in ("", "$default") else path
    for prefix in dialect.prefixes:
        inside = _without_prefix(path, prefix)
        if inside != path:
            return _split_suffix(inside, dialect, "v1" if prefix.endswith("/v1") else "v2")
    return Address("/", "")


def whole_number(text: str) -> int:
    """The id in a path; a job's may be its other one, of 24 hexadecimal digits. Raises NotFound: something that isn't
    an id names nothing."""
    parts = parts_of(text)
    if parts is not None and parts.kind == "job" and parts.number:
        return parts.number
    if not _ID.fullmatch(text):
        raise NotFound(f"There is nothing with the id {text[:40]!r}.")
    return int(text)


def _without_prefix(path: str, prefix: str) -> str:
    return path[len(prefix) :] or "/" if path == prefix or path.startswith(prefix + "/") else path


def _split_suffix(path: str, dialect: Dialect, version: str) -> Address:
    match = _SUFFIX.match(path)
    if match and match["suffix"].lower() in dialect.formats:
        return Address(match["path"], match["suffix"].lower(), version)
    return Address(path, "", version)
