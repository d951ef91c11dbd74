"""What a dialect tells the API about itself: paths, formats, headers. Vocabulary is in the dialects."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Parameter = Callable[[str], str | None]  # a query parameter by its name, None when absent


class Format(Protocol):
    """One way to write an answer: JSON, XML, JSONP. `document` is plain dicts, lists and scalars."""

    content_type: str

    def body(self, document: object, root: str | None = None) -> str:
        """The whole response body. `root` is an element around the document, in formats that name their root."""
        ...


class Dialect(Protocol):
    """One wire format over the one job model."""

    prefixes: Sequence[str]  # where its paths begin, longest first
    formats: Collection[str]  # the names of the formats, as path suffixes and the query write them
    default_format: str
    media_types: Mapping[str, str]  # of an Accept header, to names of formats
    format_parameter: str
    key_header: str
    key_parameter: str  # in the query, and as a member of the body
    headers: Mapping[str, str]  # on every answer: CORS
    rate_header: str  # says how many calls are left
    rate_exceeded: str  # the whole body of the refusal when none is, as plain text

    def format(self, name: str, reads: bool, parameter: Parameter) -> Format:
        """The format of that name, for a request that only reads or for one that does not. Raises InvalidRequest."""
        ...

    def xml_hash(self, content: bytes) -> dict[str, Any]:
        """The request in an XML body, as the JSON body of the same request would say it. Raises MalformedBody."""
        ...

    def errors(self, messages: Sequence[str]) -> object:
        """The document that carries error sentences."""
        ...

    def sanitised(self, document: object) -> object:
        """A document without what a read-only key must not see."""
        ...


@dataclass(frozen=True)
class Address:
    """A request path as routes see it: no prefix, no suffix, no trailing slash; and what was read from the rest."""

    path: str
    suffix: str  # the format that the path's end asks for, in small letters; empty if it asks for none
    version: str = "v2"
