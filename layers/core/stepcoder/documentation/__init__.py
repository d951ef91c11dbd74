"""Serves the description of the API and a page to read it on. What the description says is made by scripts/openapi.

The page is Swagger UI, whose files come with Powertools; everything is served from here, so that the page works without
any other host, and under a policy that lets it load nothing from elsewhere.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from stepcoder.api.conditional import with_etag

# All that these addresses can be: by the last part of the path, wherever the page hangs.
NAMES = ("openapi.json", "docs", "page.css", "page.js", "swagger-ui.css", "swagger-ui.js")
_OURS = Path(__file__).parent
_THEIRS = "event_handler/openapi/swagger_ui"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET",
    "Cache-Control": "public, max-age=300",
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "Vary": "Accept-Encoding",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class _File:
    media_type: str
    path: Path


class Documentation:
    """Answers HTTP API events (payload format 2.0).

    `description` is the OpenAPI document, made at build time; `others` are those of paths that begin otherwise.
    """

    def __init__(self, description: Path, others: Mapping[str, Path] | None = None) -> None:
        self._description, self._others = description, dict(others or {})

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The file an event asks for; 404 for a name there is none of, 405 for any method but GET and HEAD."""
        method = event["requestContext"]["http"]["method"].upper()
        if method == "OPTIONS":
            return _answered(204, "")
        file = self._file(event["rawPath"])
        if file is None:
            return _error(404, "There is nothing at this address.")
        if method not in ("GET", "HEAD"):
            return _error(405, "This address does not take that method, only: GET, HEAD.", Allow="GET, HEAD")
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        packed = "gzip" in headers.get("accept-encoding", "")
        response = with_etag(_sent(file, packed), headers.get("if-none-match"))
        return {**response, "body": ""} if method == "HEAD" else response

    def _file(self, path: str) -> _File | None:
        described = next((other for start, other in self._others.items() if path.startswith(start)), self._description)
        found = {
            "openapi.json": _File("application/json; charset=utf-8", described),
            "docs": _File("text/html; charset=utf-8", _OURS / "page.html"),
            "page.css": _File("text/css; charset=utf-8", _OURS / "page.css"),
            "page.js": _File("text/javascript; charset=utf-8", _OURS / "page.js"),
            "swagger-ui.css": _File("text/css; charset=utf-8", swagger_ui("swagger-ui.min.css")),
            "swagger-ui.js": _File("text/javascript; charset=utf-8", swagger_ui("swagger-ui-bundle.min.js")),
        }
        return found.get(path.rstrip("/").rpartition("/")[2])


@cache
def swagger_ui(name: str) -> Path:
    """Where Powertools keeps a file of Swagger UI. Powertools itself is not imported for it."""
    spec = find_spec("aws_lambda_powertools")
    assert spec is not None and spec.origin is not None  # noqa: S101 - the layer has it, and a test looks
    return Path(spec.origin).parent / _THEIRS / name


@cache
def _body(path: Path, packed: bool) -> str:
    if not packed:
        return path.read_text()
    # Without a time in it, so that the same file always has the same tag.
    return base64.b64encode(gzip.compress(path.read_bytes(), mtime=0)).decode()


def _sent(file: _File, packed: bool) -> dict[str, Any]:
    encoding = {"Content-Encoding": "gzip"} if packed else {}
    response = _answered(200, _body(file.path, packed), **{"Content-Type": file.media_type}, **encoding)
    return {**response, "isBase64Encoded": packed}


def _error(status: int, sentence: str, **headers: str) -> dict[str, Any]:
    body = json.dumps({"errors": [sentence]}, separators=(",", ":"))
    return _answered(status, body, **{"Content-Type": "application/json; charset=utf-8"}, **headers)


def _answered(status: int, body: str, **headers: str) -> dict[str, Any]:
    return {"statusCode": status, "headers": {**_HEADERS, **headers}, "body": body, "isBase64Encoded": False}
