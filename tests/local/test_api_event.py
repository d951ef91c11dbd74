from __future__ import annotations

import base64
from typing import Any

import pytest

from stepcoder_local.api_event import answer, request_event


def environ(uri: str = "/a", method: str = "GET", **more: str) -> dict[str, Any]:
    path, _, query = uri.partition("?")
    return {
        "REQUEST_METHOD": method,
        "RAW_URI": uri,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost:1",
        **more,
    }


def test_the_event_has_format_2() -> None:
    given = environ(
        "/jobs/1%202?page=1&tag=a&tag=b&q=%20x",
        HTTP_ZENCODER_API_KEY="key",
        HTTP_COOKIE="a=1; b=2",
        HTTP_USER_AGENT="test",
        CONTENT_TYPE="application/json",
    )

    event = request_event(given, b'{"a":1}', "GET /jobs/{id}", {"id": "1 2"})

    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "GET /jobs/{id}", "/jobs/1 2")
    assert event["rawQueryString"] == "page=1&tag=a&tag=b&q=%20x"
    assert event["queryStringParameters"] == {"page": "1", "tag": "a,b", "q": " x"}
    assert event["pathParameters"] == {"id": "1 2"}
    assert event["headers"]["zencoder-api-key"] == "key"
    assert event["headers"]["host"] == "localhost:1"
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]
    assert (event["body"], event["isBase64Encoded"]) == ('{"a":1}', False)
    assert event["requestContext"]["http"] == {
        "method": "GET",
        "path": "/jobs/1 2",
        "protocol": "HTTP/1.1",
        "sourceIp": "127.0.0.1",
        "userAgent": "test",
    }
    assert event["requestContext"]["stage"] == "$default"


def test_what_is_absent_has_no_member() -> None:
    event = request_event(environ(), b"", "$default", {})

    assert not {"body", "cookies", "queryStringParameters", "pathParameters"} & set(event)


@pytest.mark.parametrize("body", [b"\xff\x00", b"{\xff}"])
def test_bytes_travel_as_base64(body: bytes) -> None:
    event = request_event(environ(CONTENT_TYPE="application/json"), body, "$default", {})

    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == body


def test_a_full_answer_keeps_everything() -> None:
    found = answer(
        {
            "statusCode": 201,
            "headers": {"Location": "/a", "x-count": 3, "x-bad": "a\r\nb"},
            "multiValueHeaders": {"Vary": ["a", "b"]},
            "cookies": ["a=1", "b=2"],
            "body": base64.b64encode(b"\xff\x00").decode(),
            "isBase64Encoded": True,
        }
    )

    assert (found.status, found.body) == (201, b"\xff\x00")
    assert ("Location", "/a") in found.headers
    assert [value for name, value in found.headers if name == "Vary"] == ["a", "b"]
    assert [value for name, value in found.headers if name == "set-cookie"] == ["a=1", "b=2"]
    assert ("x-bad", "a  b") in found.headers


@pytest.mark.parametrize(("payload", "body"), [({"a": 1}, b'{"a": 1}'), ("text", b"text"), ([1], b"[1]")])
def test_an_answer_without_status_is_a_200_of_json(payload: Any, body: bytes) -> None:
    found = answer(payload)

    assert (found.status, found.body, found.headers) == (200, body, [("content-type", "application/json")])
