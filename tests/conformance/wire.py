"""One HTTP exchange: what a rule sends, what came back, and what a rule may expect of it. No service, no rules."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from xml.etree import ElementTree

from tests.conformance.kinds import Kind, difference, member

JSON = "application/json; charset=utf-8"
MAIN = "{key}"


@dataclass(frozen=True)
class Reply:
    """What came back. Header names are in small letters. Also a webhook's delivery, with status 0."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @cached_property
    def document(self) -> Any:
        """The JSON body."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise AssertionError(f"not JSON: {self}") from None

    @cached_property
    def tree(self) -> ElementTree.Element:
        """The XML body."""
        try:
            return ElementTree.fromstring(self.body)  # noqa: S314 - our own service's
        except ElementTree.ParseError:
            raise AssertionError(f"not XML: {self}") from None

    def __str__(self) -> str:
        return f"{self.status} {self.body[:800]!r} {dict(self.headers)}"


@dataclass(frozen=True)
class Call:
    """What is sent. Names in braces, in any text of it, stand for things of the scene, e.g. {film} for a job's id.

    `body`: a hash or an array goes as JSON; text and bytes go as they are; None is no body at all.
    """

    method: str
    path: str
    body: Any = None
    key: str | None = MAIN
    headers: Mapping[str, str] = field(default_factory=dict)
    base: str = "/api/v2"
    content_type: str | None = "application/json"

    def at(self, base: str) -> Call:
        return replace(self, base=base)


def get(path: str, **more: Any) -> Call:
    return Call("GET", path, **more)


def post(path: str, body: Any = None, **more: Any) -> Call:
    return Call("POST", path, body, **more)


def put(path: str, body: Any = None, **more: Any) -> Call:
    return Call("PUT", path, body, **more)


def delete(path: str, **more: Any) -> Call:
    return Call("DELETE", path, **more)


def mock(**members: Any) -> Call:
    """A job that is only checked: what would be accepted, without an encode."""
    return post("/jobs", {"input": "s3://acme-in/tape7.mov", "mock": True, **members})


def mock_output(**members: Any) -> Call:
    """The same for the settings of one output."""
    return mock(output={"url": "s3://acme-out/7/web.mp4", **members})


Expectation = Callable[[Reply], None]


def answers(*statuses: int) -> Expectation:
    """The status is one of these."""

    def check(reply: Reply) -> None:
        assert reply.status in statuses, f"status should be {statuses}: {reply}"

    return check


def header(name: str, expected: str | Kind | None) -> Expectation:
    """A header's value; None: it is not there."""

    def check(reply: Reply) -> None:
        unlike = difference(expected, reply.headers.get(name.lower()), name)
        assert unlike is None, f"{unlike}: {reply}"

    return check


def shows(expected: Any) -> Expectation:
    """The JSON document has at least these members, so."""

    def check(reply: Reply) -> None:
        unlike = difference(expected, reply.document)
        assert unlike is None, f"{unlike}: {reply}"

    return check


def at(path: str, expected: Any) -> Expectation:
    """The member at a dotted path of the JSON document."""

    def check(reply: Reply) -> None:
        unlike = difference(expected, member(reply.document, path), path)
        assert unlike is None, f"{unlike}: {reply}"

    return check


def only(*names: str, inside: str = "") -> Expectation:
    """The hash at a path has exactly these members."""

    def check(reply: Reply) -> None:
        found = member(reply.document, inside)
        assert isinstance(found, dict) and set(found) == set(names), f"members should be {sorted(names)}: {reply}"

    return check


def lacks(*names: str, inside: str = "") -> Expectation:
    """The hash at a path has none of these members."""

    def check(reply: Reply) -> None:
        found = member(reply.document, inside)
        assert isinstance(found, dict) and not set(names) & set(found), f"should have none of {names}: {reply}"

    return check


def errors(*parts: str) -> Expectation:
    """The body is the error document and each part stands in one of its sentences (zencoder-api 1.6)."""

    def check(reply: Reply) -> None:
        unlike = difference({"errors": Kind("array of sentences", _sentences)}, reply.document)
        assert unlike is None and set(reply.document) == {"errors"}, f"should be an error document: {reply}"
        for part in parts:
            assert any(part in sentence for sentence in reply.document["errors"]), f"no sentence with {part!r}: {reply}"

    return check


def _sentences(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) and each for each in value)


def text(expected: str | Kind) -> Expectation:
    """The whole body, as text."""

    def check(reply: Reply) -> None:
        unlike = difference(expected, reply.text, "body")
        assert unlike is None, f"{unlike}: {reply}"

    return check


def empty() -> Expectation:
    """No body."""
    return text("")


def element(path: str, expected: str | Kind | None = None, **attributes: str) -> Expectation:
    """The XML element at a path from the root's name on: its text (unless None) and some of its attributes."""

    def check(reply: Reply) -> None:
        root, _, inside = path.partition("/")
        assert reply.tree.tag == root, f"the root should be {root!r}: {reply}"
        found = reply.tree.find(inside) if inside else reply.tree
        assert found is not None, f"there is no {path!r}: {reply}"
        if expected is not None:
            unlike = difference(expected, found.text or "", path)
            assert unlike is None, f"{unlike}: {reply}"
        unlike = difference(attributes, found.attrib, path)
        assert unlike is None, f"{unlike}: {reply}"

    return check


def calls_back(function: str, expected: Any) -> Expectation:
    """The body is a JavaScript call of a function with the expected document."""

    def check(reply: Reply) -> None:
        found = re.fullmatch(rf"(?:/\*\*/ ?)?{re.escape(function)}\((.*)\);?\s*", reply.text, re.DOTALL)
        assert found, f"should be a call of {function}: {reply}"
        unlike = difference(expected, json.loads(found[1]))
        assert unlike is None, f"{unlike}: {reply}"

    return check
