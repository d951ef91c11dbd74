"""Request bodies in XML, as the hashes the same request would have in JSON (zencoder-api 1.3). Reading only.

The rules: members are elements, hyphens stand for underscores, `type` and `nil` attributes are obeyed where they make
sense. Lists are plurals of singulars (`outputs/output`), with or without type="array". What can't be told from the XML
stays text, which the settings read leniently anyway.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from stepcoder.dialects.zencoder.plurals import singular
from stepcoder.errors import MalformedBody

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_ROOT = "api_request"
# One client spells these so; JSON has access_control and permission (1.3).
_JSON_NAMES = {"access_controls": "access_control", "permissions": "permission"}
# Their members are names of HTTP headers, where a hyphen is a hyphen.
_HEADERS = "headers"
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
_DEEPEST = 64
# Far more than the largest sensible job has; what is built from an element is many times its text.
_MOST_ELEMENTS = 20_000


def hash_of(content: bytes) -> dict[str, Any]:
    """The hash that an <api-request> holds. Raises MalformedBody, also for document types and entities of any sort."""
    root = _tree(content)
    if _name(root) != _ROOT:
        raise MalformedBody("The root element of the request's XML must be <api-request>.")
    return _hash(root)


def _tree(content: bytes) -> Element:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, XMLParser

    parser = XMLParser(target=_bounded_builder(), encoding=_encoding(content), forbid_dtd=True)
    try:
        parser.feed(content.lstrip(b" \t\r\n"))
        tree: Element = parser.close()
    except DefusedXmlException as refused:
        raise MalformedBody("The request's XML must not have a document type or entities of its own.") from refused
    # An unknown encoding is a LookupError, one of several bytes a character a ValueError.
    except (ParseError, LookupError, ValueError) as broken:
        raise MalformedBody("The body of the request is not valid XML.") from broken
    return tree


def _bounded_builder() -> Any:
    from xml.etree.ElementTree import TreeBuilder

    class Bounded(TreeBuilder):
        """Stops before a hostile document has become a large or deep tree."""

        depth = elements = 0

        def start(self, tag: Any, attrs: Any, /) -> Element:
            self.depth, self.elements = self.depth + 1, self.elements + 1
            if self.depth > _DEEPEST or self.elements > _MOST_ELEMENTS:
                raise MalformedBody("The request's XML is nested too deeply or has too many elements.")
            return super().start(tag, attrs)

        def end(self, tag: str, /) -> Element:
            self.depth -= 1
            return super().end(tag)

    return Bounded()


def _encoding(content: bytes) -> str | None:
    """UTF-8 where that is what it is: a gateway may have decoded what a declaration calls by another name."""
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return "utf-8"


def _hash(element: Element) -> dict[str, Any]:
    """An element's children by name; where one name comes several times, a list."""
    kept = _local(element) == _HEADERS
    members: dict[str, list[Any]] = {}
    for child in element:
        members.setdefault(_local(child) if kept else _name(child), []).append(_value(child))
    return {name: values[0] if len(values) == 1 else values for name, values in members.items()}


def _value(element: Element) -> Any:
    attributes = {_bare(name): value.strip().lower() for name, value in element.items()}
    if attributes.get("nil") in ("true", "1"):
        return None
    kind, children = attributes.get("type", ""), list(element)
    if kind == "array" or _lists(_local(element), children):
        return [_value(child) for child in children]
    return _hash(element) if children else _scalar(element.text or "", kind)


def _lists(name: str, children: Sequence[Element]) -> bool:
    """Whether an element without a type is a list. Children of several names make a hash."""
    names = {_underscored(_local(child)) for child in children}
    if len(names) != 1 or name == _HEADERS:
        return False
    own, one = _underscored(name), singular(_underscored(name))
    return bool(names & {one, own}) or (len(children) > 1 and one != own)


def _scalar(text: str, kind: str) -> Any:
    word = text.strip()
    if kind == "integer" and _INTEGER.fullmatch(word):
        return int(word)
    if kind in ("float", "decimal", "double") and _DECIMAL.fullmatch(word) and math.isfinite(float(word)):
        return float(word)
    return _TRUTH.get(word.lower(), text) if kind == "boolean" else text


def _name(element: Element) -> str:
    """The name a member has in JSON."""
    name = _underscored(_local(element))
    return _JSON_NAMES.get(name, name)


def _underscored(name: str) -> str:
    return name.replace("-", "_")


def _local(element: Element) -> str:
    return _bare(element.tag)


def _bare(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition("}")[2]
