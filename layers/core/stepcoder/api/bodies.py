"""Request bodies: from an HTTP API event to a hash, JSON or XML. What the members mean is decided elsewhere."""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections.abc import Callable, Mapping
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

from stepcoder.errors import BodyTooLarge, MalformedBody

LARGEST_BODY = 1024 * 1024  # bytes
TOO_LARGE = "The body of the request is too large: the limit is 1 MiB."

_NOT_JSON = "The body of the request is not valid JSON."
_XML_TYPE = re.compile(r"\s*(application|text)/(xml|[\w.+-]+\+xml)\s*(;|$)", re.IGNORECASE | re.ASCII)
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE | re.ASCII)
# The single-byte encodings clients still declare. Any other is Unicode, which shows in the bytes.
_SINGLE_BYTE = {"iso-8859-1", "iso-8859-15", "latin1", "windows-1252", "cp1252"}
# A form whose only field is the JSON text, percent-encoded, as form libraries write a key without a value.
_FORM = re.compile(rb"\s*(%EF%BB%BF)?%7B[^&]*", re.IGNORECASE)


def raw_body(event: Mapping[str, Any], largest: int = LARGEST_BODY, too_large: str = TOO_LARGE) -> bytes:
    """The body's bytes, empty when there is none.

    Raises BodyTooLarge with the sentence `too_large`, and MalformedBody for broken base64.
    """
    text = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        content = text.encode("utf-8", "surrogatepass")
    else:
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as broken:
            raise MalformedBody("The body of the request could not be decoded.") from broken
    if len(content) > largest:
        raise BodyTooLarge(too_large)
    return content


def hash_in(content: bytes, content_type: str, xml_hash: Callable[[bytes], dict[str, Any]]) -> dict[str, Any]:
    """The hash in a body: XML where the content type or the first character says so, else JSON. Raises MalformedBody.

    Clients send JSON under any content type, a form's included, or none; so the first character has the last word.
    """
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start != b"{" and (start == b"<" or _XML_TYPE.match(content_type)):
        if not start:
            raise MalformedBody("The request has no body: XML was expected.")
        return xml_hash(content)
    return json_object(content, content_type)


def json_object(content: bytes, content_type: str = "") -> dict[str, Any]:
    """The JSON object in `content`; of the content type only the charset counts. Raises MalformedBody."""
    if not content.strip():
        raise MalformedBody("The request has no body: a JSON object was expected.")
    try:
        body = json_value(_out_of_form(content), content_type)
    except ValueError as broken:
        raise MalformedBody(_NOT_JSON) from broken
    if body == []:
        return {}  # PHP's empty hash
    if not isinstance(body, dict):
        raise MalformedBody("The body of the request must be a JSON object.")
    return body


def json_value(content: bytes, content_type: str = "") -> Any:
    """What is written in `content`, strictly as JSON allows it. Raises ValueError, with the place where it is known."""
    try:
        value = json.loads(_text(content, content_type), parse_constant=_refuse, parse_float=_finite)
        # Escapes can smuggle in lone surrogates, which neither the table nor a hash could take later.
        json.dumps(value, ensure_ascii=False).encode()
    except RecursionError as deep:
        raise ValueError("it is nested too deeply") from deep
    return value


def _out_of_form(content: bytes) -> bytes:
    if _FORM.fullmatch(content):
        content = unquote_to_bytes(content.replace(b"+", b" ")).strip()
        return content.removesuffix(b"=")
    # A key without a value, sent as it is.
    return content[:-1] if content.endswith(b"}=") else content


def _text(content: bytes, content_type: str) -> str:
    try:
        return content.decode("utf-8-sig" if content[:1] == b"\xef" else json.detect_encoding(content))
    except UnicodeDecodeError:
        declared = _CHARSET.search(content_type)
        if declared is None or declared[1].lower() not in _SINGLE_BYTE:
            raise
        return content.decode(declared[1])


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("number out of range")
    return number
