"""The Lambda Runtime API (2018-06-01) for all sandboxes on one loopback port; the first path part names the sandbox."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from .http_server import AppServer, Environ, StartResponse
from .sandbox import Sandbox


class RuntimeApi:
    """Hands events to sandbox processes and their answers back to the sandboxes' objects."""

    def __init__(self) -> None:
        self._sandboxes: dict[str, Sandbox] = {}
        self._lock = threading.Lock()
        self._server = AppServer("127.0.0.1", 0, self)
        self.address = f"127.0.0.1:{self._server.port}"

    def start(self) -> None:
        self._server.start("runtime api")

    def stop(self) -> None:
        self._server.stop()

    def add(self, sandbox: Sandbox) -> None:
        """Serve this sandbox from now on."""
        with self._lock:
            self._sandboxes[sandbox.id] = sandbox

    def remove(self, sandbox: Sandbox) -> None:
        with self._lock:
            self._sandboxes.pop(sandbox.id, None)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        _, name, *path = environ["PATH_INFO"].split("/")
        sandbox = self._sandboxes.get(name)
        if sandbox is None or path[:2] != ["2018-06-01", "runtime"]:
            return _plain(start_response, "404 Not Found")
        if path[2:] == ["invocation", "next"]:
            return _next(sandbox, start_response)
        body = environ["wsgi.input"].read()
        if path[2:] == ["init", "error"]:
            sandbox.fail(body, starting=True)
        elif path[-1] == "error":
            sandbox.fail(body)
        elif not sandbox.respond(body):
            return _plain(start_response, "413 Payload Too Large")
        return _plain(start_response, "202 Accepted")


def _next(sandbox: Sandbox, start_response: StartResponse) -> list[bytes]:
    invocation = sandbox.next()
    if invocation is None:
        return _plain(start_response, "410 Gone")
    start_response(
        "200 OK",
        [
            ("Content-Type", "application/json"),
            ("Lambda-Runtime-Aws-Request-Id", invocation.request_id),
            ("Lambda-Runtime-Deadline-Ms", str(int(invocation.deadline * 1000))),
            ("Lambda-Runtime-Invoked-Function-Arn", sandbox.launch.arn),
            ("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0"),
        ],
    )
    return [invocation.event]


def _plain(start_response: StartResponse, status: str) -> list[bytes]:
    start_response(status, [("Content-Type", "application/json")])
    return [b'{"status":"OK"}']
