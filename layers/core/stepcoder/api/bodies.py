"""Request bodies: from an HTTP API event to a JSON object. What the members mean is decided elsewhere."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn

from stepcoder.errors import BodyTooLarge, MalformedBody

LARGEST_BODY = 1024 * 1024  # bytes

_NOT_JSON = "The body of the request is not valid JSON."


def raw_body(event: Mapping[str, Any]) -> bytes:
    """The body's bytes, empty when there is none. Raises BodyTooLarge, and MalformedBody for broken base64."""
    text = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        content = text.encode("utf-8", "surrogatepass")
    else:
        try:
            content = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as broken:
            raise MalformedBody("The body of the request could not be decoded.") from broken
    if len(content) > LARGEST_BODY:
        raise BodyTooLarge("The body of the request is too large: the limit is 1 MiB.")
    return content


def json_object(content: bytes) -> dict[str, Any]:
    """The JSON object in `content`, whatever the content type said. Raises MalformedBody."""
    if not content.strip():
        raise MalformedBody("The request has no body: a JSON object was expected.")
    try:
        body = json.loads(content.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite)
        # Escapes can smuggle in lone surrogates, which neither the table nor a hash could take later.
        json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as broken:
        raise MalformedBody(_NOT_JSON) from broken
    if not isinstance(body, dict):
        raise MalformedBody("The body of the request must be a JSON object.")
    return body


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("number out of range")
    return number
