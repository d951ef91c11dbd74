from __future__ import annotations

import http.client
import socket
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from stepcoder_local.http_server import AppServer, Environ, FileSlice, StartResponse


class App:
    """Answers by path; remembers nothing."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/length":
            start_response("200 OK", [])
            return [str(len(environ["wsgi.input"].read())).encode()]
        if path == "/unread":
            start_response("413 Payload Too Large", [])
            return [b"no"]
        if path == "/slice":
            start_response("200 OK", [("Content-Length", "3")])
            return FileSlice(self.file.open("rb"), 2, 3)
        if path == "/stream":
            start_response("200 OK", [])
            return (part for part in (b"ab", b"", b"cd"))
        if path == "/broken":
            raise ValueError("the application is broken")
        start_response("204 No Content", [])
        return [b""]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[AppServer]:
    file = tmp_path / "file"
    file.write_bytes(b"0123456789")
    found = AppServer("127.0.0.1", 0, App(file)).start("test")
    yield found
    found.stop()


def connect(server: AppServer) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None = None) -> tuple[int, bytes]:
    connection.request(method, path, body)
    response = connection.getresponse()
    return response.status, response.read()


def raw(server: AppServer, text: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as plain:
        plain.sendall(text)
        plain.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: plain.recv(65536), b""))


def test_one_connection_serves_many_requests(server: AppServer) -> None:
    connection = connect(server)

    assert ask(connection, "POST", "/length", b"x" * 100_000) == (200, b"100000")
    first = connection.sock
    assert ask(connection, "GET", "/nothing") == (204, b"")
    assert ask(connection, "GET", "/slice") == (200, b"234")
    assert ask(connection, "GET", "/stream") == (200, b"abcd")
    assert connection.sock is first


def test_a_small_unread_body_does_not_end_the_connection(server: AppServer) -> None:
    connection = connect(server)

    assert ask(connection, "POST", "/unread", b"x" * 1000) == (413, b"no")
    assert ask(connection, "GET", "/slice") == (200, b"234")


def test_a_large_unread_body_ends_the_connection(server: AppServer) -> None:
    answer = raw(server, b"POST /unread HTTP/1.1\r\nHost: a\r\nContent-Length: 90000000\r\n\r\nxx")

    assert answer.startswith(b"HTTP/1.1 413")
    assert b"Connection: close" in answer


def test_continue_is_said_only_when_the_body_is_wanted(server: AppServer) -> None:
    head = b" HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"

    assert raw(server, b"POST /length" + head + b"ab").startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200")
    assert raw(server, b"POST /unread" + head).startswith(b"HTTP/1.1 413")


def test_chunked_bodies_are_read_and_the_next_request_follows(server: AppServer) -> None:
    request = b"POST /length HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"

    answer = raw(server, request + b"GET /slice HTTP/1.1\r\nHost: a\r\n\r\n")

    assert answer.count(b"HTTP/1.1 200") == 2
    assert b"\r\n\r\n5HTTP/1.1" in answer


def test_head_has_no_body(server: AppServer) -> None:
    answer = raw(server, b"HEAD /slice HTTP/1.1\r\nHost: a\r\n\r\n")

    assert b"Content-Length: 3" in answer
    assert answer.endswith(b"\r\n\r\n")


def test_a_broken_application_is_a_500(server: AppServer) -> None:
    connection = connect(server)

    assert ask(connection, "GET", "/broken")[0] == 500
    assert ask(connection, "GET", "/slice")[0] == 200


@pytest.mark.parametrize("length", ["abc", "-1", "1.5", "5, 5", "9" * 30])
def test_a_length_that_is_none_is_a_400(server: AppServer, length: str) -> None:
    answer = raw(server, f"POST /length HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\nab".encode())

    assert answer.startswith(b"HTTP/1.1 400")
    assert b"Connection: close" in answer


def test_an_address_that_is_none_is_a_400(server: AppServer) -> None:
    assert raw(server, b"GET http://[ HTTP/1.1\r\nHost: a\r\n\r\n").startswith(b"HTTP/1.1 400")


@pytest.mark.parametrize("size", ["xyz", "-5"])
def test_chunks_without_sizes_end_the_connection(server: AppServer, size: str) -> None:
    head = "POST /length HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

    assert raw(server, f"{head}{size}\r\nabc\r\n".encode()) == b""
    assert ask(connect(server), "GET", "/slice") == (200, b"234")
