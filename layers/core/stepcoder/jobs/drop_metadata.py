"""Settings in the metadata of an uploaded file: `x-amz-meta-stepcoder-…`. Only reading; nothing is judged here.

`stepcoder-settings` holds the members of a job as JSON, as it is or in base64. Any other name is a member's own, with
hyphens for underscores: `stepcoder-pass-through`, `stepcoder-outputs`; its value is JSON where it begins as a hash or a
list does, else text. A member's own beats the same one in `stepcoder-settings`.

Headers are made for ASCII. What else was sent comes back from S3 as RFC 2047 writes it, and the UTF-8 that most clients
send as if it had been Latin-1.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from typing import Any

from stepcoder.api.bodies import json_value

_OURS = "stepcoder-"
_EVERYTHING = "settings"


def metadata_settings(metadata: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The members of a job that an object's metadata give, and a sentence for each of ours that can't be read."""
    members: dict[str, Any] = {}
    problems: list[str] = []
    # Everything at once first, so that what is named by itself comes over it.
    for name, text in sorted(_ours(metadata), key=lambda each: each[0] != _EVERYTHING):
        try:
            members.update(_everything(text) if name == _EVERYTHING else {name.replace("-", "_"): _one(text)})
        except ValueError as problem:
            problems.append(f"The metadata x-amz-meta-{_OURS}{name} can't be used: {problem}.")
    return members, problems


def _ours(metadata: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, value in metadata.items():
        if name.lower().startswith(_OURS):
            yield name.lower().removeprefix(_OURS), _as_sent(value).strip()


def _everything(text: str) -> dict[str, Any]:
    value = json_value((text if text.startswith(("{", "[")) else _from_base64(text)).encode())
    if not isinstance(value, dict):
        raise ValueError("it must be a hash of settings")
    return value


def _from_base64(text: str) -> str:
    """Of either alphabet, with or without its filling."""
    bare = "".join(text.split()).rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode("utf-8-sig")
    except (binascii.Error, UnicodeDecodeError):
        raise ValueError("it is neither JSON nor JSON in base64") from None


def _one(text: str) -> Any:
    return json_value(text.encode()) if text.startswith(("{", "[")) else text


def _as_sent(value: str) -> str:
    try:
        decoded = str(make_header(decode_header(value))) if "=?" in value else value
    except (HeaderParseError, LookupError, ValueError):
        decoded = value
    try:
        return decoded.encode("latin-1").decode()
    except UnicodeError:
        return decoded
