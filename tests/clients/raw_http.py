"""HTTP as bytes on a socket, so that a request is exactly what some client sends. What clients send is in the tests."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree


@dataclass(frozen=True)
class Answer:
    """`head` is the whole head as it came, the status line first."""

    status: int
    head: str
    body: bytes

    @property
    def document(self) -> Any:
        return json.loads(self.body)

    @property
    def tree(self) -> ElementTree.Element:
        return ElementTree.fromstring(self.body)  # noqa: S314 - our own service's

    def header(self, name: str) -> str | None:
        for line in self.head.split("\r\n")[1:]:
            found, _, value = line.partition(":")
            if found.lower() == name.lower():
                return value.strip()
        return None


def exchange(base_url: str, start: str, headers: dict[str, str], body: bytes = b"") -> Answer:
    """One request on a connection of its own. `start` is method and path, e.g. `GET /api/v2/jobs.json`."""
    address = urlsplit(base_url)
    lines = [f"{start} HTTP/1.1", f"Host: {address.netloc}", *(f"{name}: {value}" for name, value in headers.items())]
    head = ("\r\n".join(lines) + "\r\n\r\n").encode()
    with _connected(str(address.hostname), address.port or 80) as connection:
        connection.sendall(head)
        if headers.get("Expect") == "100-continue":
            _wait_for_leave(connection)
        connection.sendall(body)
        return _read(connection, start.partition(" ")[0])


@contextlib.contextmanager
def _connected(host: str, port: int) -> Iterator[socket.socket]:
    with socket.create_connection((host, port), timeout=40) as connection:
        yield connection


def _wait_for_leave(connection: socket.socket) -> None:
    """As curl does it: for a second, then on without leave. What came is left to be read."""
    connection.settimeout(1)
    with contextlib.suppress(TimeoutError):
        connection.recv(1, socket.MSG_PEEK)
    connection.settimeout(40)


def _read(connection: socket.socket, method: str) -> Answer:
    answer = http.client.HTTPResponse(connection, method=method)
    answer.begin()  # passes over a 100 Continue
    lines = [f"HTTP/1.1 {answer.status} {answer.reason}", *(f"{name}: {value}" for name, value in answer.getheaders())]
    return Answer(answer.status, "\r\n".join(lines), answer.read())
