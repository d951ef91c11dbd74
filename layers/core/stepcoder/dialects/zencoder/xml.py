"""Zencoder documents as XML, as Rails writes hashes (zencoder-api 1.3). Writing only; reading is xml_reading.py."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stepcoder.dialects.zencoder.plurals import singular

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_.-]")
# XML 1.0 has no way to write these, not even escaped (its production 2, Char).
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"})
# By name as well: a customer's own text that happens to look like a time stays text.
_TIMES = {
    "_at": ("datetime", re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)),
    "_on": ("date", re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)),
}


def rendered(document: object, root: str = "api-response") -> str:
    """The whole XML document. ASCII only, so that no client's idea of an encoding can break it.

    Values carry Rails' type attributes, null is nil="true". The members of a list are elements named in the singular;
    a member that is a hash of that one name, as in the list of jobs, is not wrapped twice. Characters that XML 1.0
    can't hold are left out.
    """
    lines = [_DECLARATION, *_element(root, document, "", root=True), ""]
    return "\n".join(lines).encode("ascii", "xmlcharrefreplace").decode("ascii")


def _element(name: str, value: object, indent: str, root: bool = False) -> Iterator[str]:
    tag = _tag(name)
    if isinstance(value, dict):
        members = [line for key, each in value.items() for line in _element(str(key), each, indent + "  ")]
        yield from _around(tag, "", members, indent)
    elif isinstance(value, list | tuple):
        members = [line for each in value for line in _member(name, each, indent + "  ", root)]
        yield from _around(tag, ' type="array"', members, indent)
    elif value is None:
        yield f'{indent}<{tag} nil="true"/>'
    else:
        yield f"{indent}<{tag}{_type(name, value)}>{_text(value)}</{tag}>"


def _member(name: str, value: object, indent: str, root: bool) -> Iterator[str]:
    """One member of the list called `name`. Only the root's own name says nothing about what it lists."""
    one = singular(name)
    if isinstance(value, dict) and len(value) == 1 and (root or one in value):
        return _element(*next(iter(value.items())), indent)
    return _element(one, value, indent)


def _around(tag: str, attributes: str, members: list[str], indent: str) -> list[str]:
    if not members:
        return [f"{indent}<{tag}{attributes}/>"]
    return [f"{indent}<{tag}{attributes}>", *members, f"{indent}</{tag}>"]


def _tag(name: str) -> str:
    known = _NOT_A_NAME.sub("_", name)
    return known if known[:1].isalpha() or known.startswith("_") else f"_{known}"


def _type(name: str, value: object) -> str:
    if isinstance(value, bool):
        return ' type="boolean"'
    if isinstance(value, int):
        return ' type="integer"'
    if isinstance(value, float):
        return ' type="float"'
    kind, pattern = _TIMES.get(name[-3:], ("", None))
    return f' type="{kind}"' if pattern is not None and pattern.fullmatch(str(value)) else ""


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return _NOT_XML.sub("", str(value)).translate(_ESCAPES)
