from __future__ import annotations

import base64
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from stepcoder_local import gateway as gateway_module
from stepcoder_local.declared import Route
from stepcoder_local.gateway import Gateway
from stepcoder_local.sandbox import Answer

ROUTES = [
    Route("ANY", "$default", "rest"),
    Route("ANY", "/jobs/{proxy+}", "jobs"),
    Route("GET", "/jobs/{id}", "one"),
    Route("POST", "/jobs", "create"),
    Route("ANY", "/jobs/special", "special"),
    Route("ANY", "/{version}/other", "other"),
]


class Pool:
    """Answers what it is told to, after waiting as long as it is told to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.answer = Answer(b'{"statusCode": 200, "body": "ok", "headers": {"x-a": "b"}}')
        self.gate = threading.Event()
        self.gate.set()

    def invoke(self, name: str, event: bytes) -> Answer:
        self.calls.append((name, json.loads(event)))
        self.gate.wait(5)
        return self.answer


@pytest.fixture
def pool() -> Pool:
    return Pool()


@pytest.fixture
def gateway(pool: Pool) -> Iterator[Gateway]:
    found = Gateway(pool, ROUTES, "127.0.0.1", 0).start()  # type: ignore[arg-type]
    yield found
    found.stop()


def ask(gateway: Gateway, method: str, path: str, body: Any = None, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection(gateway.url.removeprefix("http://"), timeout=10)
    connection.request(method, path, body, headers)
    return connection.getresponse()


@pytest.mark.parametrize(
    ("method", "path", "function", "key"),
    [
        ("POST", "/jobs", "create", "POST /jobs"),
        ("GET", "/jobs/7", "one", "GET /jobs/{id}"),
        ("DELETE", "/jobs/7", "jobs", "ANY /jobs/{proxy+}"),
        ("GET", "/jobs/special", "special", "ANY /jobs/special"),
        ("GET", "/jobs/7/progress.json", "jobs", "ANY /jobs/{proxy+}"),
        ("GET", "/jobs/7/", "jobs", "ANY /jobs/{proxy+}"),
        ("POST", "/jobs/", "jobs", "ANY /jobs/{proxy+}"),
        ("GET", "/jobs/special/", "jobs", "ANY /jobs/{proxy+}"),
        ("GET", "/jobs/%0A", "one", "GET /jobs/{id}"),
        ("GET", "/v2/other", "other", "ANY /{version}/other"),
        ("GET", "/v2/other/", "rest", "$default"),
        ("OPTIONS", "/jobs/7", "jobs", "ANY /jobs/{proxy+}"),
        ("GET", "/jobs", "rest", "$default"),
        ("GET", "/", "rest", "$default"),
    ],
)
def test_the_most_particular_route_is_taken(
    gateway: Gateway, pool: Pool, method: str, path: str, function: str, key: str
) -> None:
    assert ask(gateway, method, path).status == 200

    ((name, event),) = pool.calls
    assert (name, event["routeKey"]) == (function, key)


def test_the_answer_is_the_functions(gateway: Gateway, pool: Pool) -> None:
    response = ask(gateway, "GET", "/jobs/7?a=b")

    assert (response.status, response.read(), response.headers["x-a"]) == (200, b"ok", "b")
    assert pool.calls[0][1]["pathParameters"] == {"id": "7"}


def test_head_tells_the_length_without_the_body(gateway: Gateway) -> None:
    response = ask(gateway, "HEAD", "/jobs/7")

    assert (response.headers["content-length"], response.read()) == ("2", b"")


def test_204_has_neither_body_nor_length(gateway: Gateway, pool: Pool) -> None:
    pool.answer = Answer(b'{"statusCode": 204}')

    response = ask(gateway, "PUT", "/jobs/7/cancel")

    assert (response.status, response.headers["content-length"], response.read()) == (204, None, b"")


def test_a_body_over_10_mb_is_refused(gateway: Gateway, pool: Pool) -> None:
    head = ask(gateway, "POST", "/jobs", b"x" * 10, **{"Content-Length": str(11 << 20), "Expect": "100-continue"})

    assert head.status == 413
    assert pool.calls == []
    told = ask(gateway, "POST", "/jobs", b"x" * (11 << 20))
    assert told.status == 413 and b"4,500,000 bytes" in told.read()
    assert pool.calls == []


def test_a_failed_function_is_a_500_without_details(gateway: Gateway, pool: Pool) -> None:
    pool.answer = Answer(b'{"errorMessage": "secret"}', "Unhandled")

    response = ask(gateway, "GET", "/jobs/7")

    assert (response.status, response.read()) == (500, b'{"message": "Internal Server Error"}')


@pytest.mark.parametrize("payload", [b"not json", b'{"statusCode": "x"}', b'{"statusCode": 200, "headers": 3}'])
def test_a_senseless_answer_is_a_500(gateway: Gateway, pool: Pool, payload: bytes) -> None:
    pool.answer = Answer(payload)

    assert ask(gateway, "GET", "/jobs/7").status == 500


def test_a_slow_function_is_a_503(gateway: Gateway, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway_module, "ANSWER_SECONDS", 0.1)
    pool.gate.clear()

    assert ask(gateway, "GET", "/jobs/7").status == 503
    pool.gate.set()


def test_a_client_that_waits_to_be_asked_for_its_body_is_asked(gateway: Gateway, pool: Pool) -> None:
    """PHP's curl sends Expect for bodies over a kilobyte, and waits a second if nobody answers."""
    host, port = gateway.url.removeprefix("http://").split(":")
    body = b"x" * 2000
    with socket.create_connection((host, int(port)), timeout=10) as plain:
        plain.sendall(b"POST /jobs HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2000\r\n\r\n")
        assert plain.recv(1024) == b"HTTP/1.1 100 Continue\r\n\r\n"
        plain.sendall(body)
        assert plain.recv(1024).startswith(b"HTTP/1.1 200 OK\r\n")
    assert pool.calls[0][1]["body"] in (body.decode(), base64.b64encode(body).decode())
