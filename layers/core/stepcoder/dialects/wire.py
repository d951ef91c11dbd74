"""What a dialect tells the API about itself: paths, formats, headers. Vocabulary is in the dialects."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class Format(Protocol):
    """One way to write an answer: JSON, XML, JSONP. `document` is plain dicts, lists and scalars."""

    content_type: str

    def body(self, document: object) -> str:
        """The whole response body."""
        ...


class Dialect(Protocol):
    """One wire format over the one job model."""

    prefixes: Sequence[str]  # where its paths begin, longest first
    formats: Mapping[str, Format]  # by path suffix without the dot; "" is the default
    key_header: str
    key_parameter: str  # in the query, and as a member of the body
    headers: Mapping[str, str]  # on every answer: CORS

    def errors(self, messages: Sequence[str]) -> object:
        """The document that carries error sentences."""
        ...

    def sanitised(self, document: object) -> object:
        """A document without what a read-only key must not see."""
        ...


@dataclass(frozen=True)
class Address:
    """A request path as routes see it: no prefix, no suffix, no trailing slash; and the format its suffix asked for."""

    path: str
    format: Format
