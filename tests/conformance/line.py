"""One connection to the service, kept open between calls. What is sent is wire.py's, what is expected the rules'."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

from tests.conformance.wire import Reply

SECONDS = 40


class Line:
    """Sends one request at a time."""

    def __init__(self, base_url: str) -> None:
        self._address = urlsplit(base_url)
        self._connection: http.client.HTTPConnection | None = None

    def exchange(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        """What was answered. An idle connection that the server has closed is opened again, once."""
        try:
            return self._ask(method, path, body, headers)
        except (http.client.HTTPException, ConnectionError):
            self._connection = None
            return self._ask(method, path, body, headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Reply:
        if self._connection is None:
            host, port = str(self._address.hostname), self._address.port or 80
            self._connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
        self._connection.request(method, path, body=body, headers=headers)
        answer = self._connection.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Reply(answer.status, found, answer.read())
