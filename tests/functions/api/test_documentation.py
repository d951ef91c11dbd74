from __future__ import annotations

import base64
import gzip
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import pytest

from api import documentation
from stepcoder.documentation import NAMES, swagger_ui
from tests.architecture import house


def get(path: str, method: str = "GET", **headers: str) -> dict[str, Any]:
    event = {"rawPath": path, "requestContext": {"http": {"method": method}}, "headers": headers}
    return documentation.handler(event, None)


@pytest.mark.parametrize("path", ["/openapi.json", "/api/v2/openapi.json", "/docs/openapi.json", "/openapi.json/"])
def test_the_description_needs_no_key(path: str) -> None:
    answer = get(path)
    assert answer["statusCode"] == 200
    assert answer["headers"]["Content-Type"] == "application/json; charset=utf-8"
    assert answer["headers"]["Access-Control-Allow-Origin"] == "*"
    assert json.loads(answer["body"])["openapi"].startswith("3.1")


@pytest.mark.parametrize("path", ["/v1/openapi.json", "/v1/docs/openapi.json"])
def test_videosdk_s_clients_have_a_description_of_their_own(path: str) -> None:
    assert "/encoder/jobs" in json.loads(get(path)["body"])["paths"]


class _Page(HTMLParser):
    """What a page loads, and whether it holds scripts or styles itself."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.inline: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.loads += [str(given[name]) for name in ("src", "href") if name in given]
        self.inline += [name for name in given if name == "style" or name.startswith("on")]
        if tag == "style" or (tag == "script" and "src" not in given):
            self.inline.append(tag)


@pytest.mark.parametrize("path", ["/docs", "/docs/"])
def test_the_page_loads_nothing_from_elsewhere(path: str) -> None:
    answer = get(path)
    assert answer["headers"]["Content-Type"] == "text/html; charset=utf-8"
    page = _Page()
    page.feed(answer["body"])
    assert page.inline == []  # its policy would not let them work
    own = [reference for reference in page.loads if not reference.startswith("data:")]
    assert len(own) == 5
    assert all(get("/" + reference)["statusCode"] == 200 for reference in own)
    assert not re.search("https?://", answer["body"] + get("/docs/page.js")["body"] + get("/docs/page.css")["body"])


def test_the_policy_allows_what_comes_from_here_and_no_more() -> None:
    for name in NAMES:
        policy = get(f"/docs/{name}")["headers"]["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "unsafe" not in policy
        assert "http" not in policy


@pytest.mark.parametrize("name", ["swagger-ui.min.css", "swagger-ui-bundle.min.js"])
def test_swagger_ui_comes_with_powertools(name: str) -> None:
    assert swagger_ui(name).stat().st_size > 100_000


def test_the_core_layer_keeps_swagger_ui() -> None:
    makefile = (house.ROOT / "layers/core/Makefile").read_text()
    assert not re.search(r"(rm|-delete).*(swagger|\.js|\.css|event_handler)", makefile)


def test_files_are_packed_for_those_who_can_unpack_them() -> None:
    plain, packed = get("/docs/swagger-ui.js"), get("/docs/swagger-ui.js", **{"Accept-Encoding": "gzip, br"})
    assert packed["headers"]["Content-Encoding"] == "gzip"
    assert packed["isBase64Encoded"] and not plain["isBase64Encoded"]
    assert gzip.decompress(base64.b64decode(packed["body"])).decode() == plain["body"]
    assert len(packed["body"]) < len(plain["body"]) / 2
    # Lambda answers with at most 6 MB.
    assert len(plain["body"].encode()) < 5_000_000


def test_what_a_browser_has_is_not_sent_again() -> None:
    first = get("/docs/swagger-ui.css", **{"accept-encoding": "gzip"})
    again = get("/docs/swagger-ui.css", **{"accept-encoding": "gzip", "if-none-match": first["headers"]["ETag"]})
    assert (again["statusCode"], again["body"]) == (304, "")


def test_head_is_get_without_the_body() -> None:
    got, head = get("/openapi.json"), get("/openapi.json", "HEAD")
    assert (head["statusCode"], head["body"], head["headers"]) == (200, "", got["headers"])


@pytest.mark.parametrize("path", ["/docs/x", "/docs/..%2fpage.html", "/docs/../../../etc/passwd", "/openapi.xml", "/"])
def test_nothing_else_is_served(path: str) -> None:
    answer = get(path)
    assert answer["statusCode"] == 404
    assert json.loads(answer["body"]) == {"errors": ["There is nothing at this address."]}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_can_be_changed(method: str) -> None:
    answer = get("/openapi.json", method)
    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, "GET, HEAD")


def test_browsers_may_ask_first() -> None:
    assert get("/openapi.json", "OPTIONS")["statusCode"] == 204


def test_the_function_starts_with_next_to_nothing() -> None:
    """It is the same text for everybody: no resolver, no table, no AWS."""
    heavy = ("aws_lambda_powertools", "botocore", "pydantic", "stepcoder.records", "stepcoder.dialects")
    program = f"import sys, api.documentation; print(*[name for name in {heavy} if name in sys.modules])"
    path = [str(house.ROOT / "layers/core"), str(house.ROOT / "functions")]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path}\n{program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == []
