"""Forms with files in them (RFC 7578): finding one part of a multipart/form-data body. Pure; the body is in memory."""

from __future__ import annotations

import re
from email.message import Message
from email.parser import HeaderParser
from typing import NamedTuple

from stepcoder.errors import MalformedBody

_LONGEST_BOUNDARY = 70  # RFC 2046, 5.1.1
_MOST_PARTS = 100


class Part(NamedTuple):
    """One part; `filename` as the client gave it, empty if it gave none."""

    content: bytes
    filename: str


def is_form(content_type: str | None) -> bool:
    return (content_type or "").strip().lower().startswith("multipart/form-data")


def part_of(body: bytes, content_type: str, name: str) -> Part:
    """The first part of that name. Raises MalformedBody."""
    message = Message()
    message["Content-Type"] = content_type
    boundary = message.get_param("boundary")
    if not isinstance(boundary, str) or not 0 < len(boundary) <= _LONGEST_BOUNDARY:
        raise MalformedBody("The Content-Type of the form must name its boundary.")
    # A delimiter begins a line; the first may be the very beginning.
    delimiter = re.escape(b"--" + boundary.encode("latin-1", "replace"))
    pieces = re.split(rb"(?:^|\r\n)" + delimiter + rb"(?=\r\n|--)", body, maxsplit=_MOST_PARTS)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise MalformedBody("The body is not a complete multipart/form-data form.")
    for piece in pieces[1:-1]:
        head, _, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        headers = HeaderParser().parsestr(head.decode("utf-8", "replace"))
        if headers.get_param("name", header="Content-Disposition") == name:
            return Part(content, headers.get_filename("") or "")
    raise MalformedBody(f"The form has no part called {name}: the bytes of the file go there.")
