"""Translates between HTTP and API Gateway's HTTP API payload format 2.0. No routing, no sockets."""

from __future__ import annotations

import base64
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from .http_server import Environ
from .template import ACCOUNT

_TEXT_TYPES = ("text/", "application/json", "application/xml", "application/javascript", "application/x-www-form")


def request_event(environ: Environ, body: bytes, route_key: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """The event API Gateway sends for this request."""
    headers = _headers(environ)
    cookies = headers.pop("cookie", "")
    raw_query = environ["QUERY_STRING"]
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": unquote(urlsplit(environ["RAW_URI"]).path),
        "rawQueryString": raw_query,
        "headers": headers,
        "requestContext": _context(environ, headers, route_key),
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = [cookie.strip() for cookie in cookies.split(";") if cookie.strip()]
    if raw_query:
        event["queryStringParameters"] = _joined(parse_qsl(raw_query, keep_blank_values=True))
    if parameters:
        event["pathParameters"] = dict(parameters)
    if body:
        event["body"], event["isBase64Encoded"] = _body(body, headers.get("content-type", ""))
    return event


def _context(environ: Environ, headers: Mapping[str, str], route_key: str) -> dict[str, Any]:
    now = time.time()
    return {
        "accountId": ACCOUNT,
        "apiId": "embedded",
        "domainName": headers.get("host", ""),
        "domainPrefix": "embedded",
        "http": {
            "method": environ["REQUEST_METHOD"],
            "path": unquote(urlsplit(environ["RAW_URI"]).path),
            "protocol": environ["SERVER_PROTOCOL"],
            "sourceIp": environ["REMOTE_ADDR"],
            "userAgent": headers.get("user-agent", ""),
        },
        "requestId": str(uuid.uuid4()),
        "routeKey": route_key,
        "stage": "$default",
        "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
        "timeEpoch": int(now * 1000),
    }


def _headers(environ: Environ) -> dict[str, str]:
    found = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            found[name.replace("_", "-").lower()] = environ[name]
    found.setdefault("x-forwarded-for", environ["REMOTE_ADDR"])
    found.setdefault("x-forwarded-proto", "http")
    return found


def _joined(pairs: list[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in pairs:
        found[name] = f"{found[name]},{value}" if name in found else value
    return found


def _body(body: bytes, content_type: str) -> tuple[str, bool]:
    if content_type.lower().startswith(_TEXT_TYPES) or not content_type:
        try:
            return body.decode("utf-8"), False
        except UnicodeDecodeError:
            pass  # the client's type is wrong: send the bytes as they are
    return base64.b64encode(body).decode(), True


@dataclass(frozen=True)
class HttpAnswer:
    """What to write back."""

    status: int
    body: bytes
    headers: list[tuple[str, str]] = field(default_factory=list)


def answer(payload: Any) -> HttpAnswer:
    """A function's result as HTTP, by the rules of format 2.0: anything without statusCode is a 200 of JSON."""
    if not isinstance(payload, dict) or "statusCode" not in payload:
        text = payload if isinstance(payload, str) else json.dumps(payload)
        return HttpAnswer(200, text.encode(), [("content-type", "application/json")])
    body = payload.get("body") or ""
    data = base64.b64decode(body) if payload.get("isBase64Encoded") else _bytes(body)
    headers = [(name, _text(value)) for name, value in (payload.get("headers") or {}).items()]
    for name, values in (payload.get("multiValueHeaders") or {}).items():
        headers += [(name, _text(value)) for value in values]
    headers += [("set-cookie", cookie) for cookie in payload.get("cookies") or []]
    if data and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("content-type", "text/plain; charset=utf-8"))
    return HttpAnswer(int(payload["statusCode"]), data, headers)


def failed(status: int, message: str) -> HttpAnswer:
    """API Gateway's own short errors."""
    return HttpAnswer(status, json.dumps({"message": message}).encode(), [("content-type", "application/json")])


def _bytes(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def _text(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text.replace("\r", " ").replace("\n", " ")
