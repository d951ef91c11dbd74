"""The HTTP front door: request → route of the template → function → response, as API Gateway's HTTP API does it."""

from __future__ import annotations

import http
import json
import logging
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from . import api_event
from .api_event import HttpAnswer, failed
from .declared import Route
from .http_server import AppServer, Environ, StartResponse
from .lambda_pool import LambdaPool, Throttled
from .sandbox import Answer

log = logging.getLogger(__name__)

LARGEST_BODY = 10 << 20
ANSWER_SECONDS = 30.0
_MOST_HEARD_OUT = 256 << 20
# More than API Gateway says, after its own words.
_HINT = (
    "A request may have 10 MB, and what a function gets 6 MB, which is 4,500,000 bytes of a file. Send larger files"
    " straight to storage: POST /v1/files without a body answers where to."
)


@dataclass(frozen=True)
class Matcher:
    """A route ready to be tried; more literal parts go first, greedy ones last (API Gateway's order)."""

    route: Route
    pattern: re.Pattern[str]
    rank: tuple[int, int, int]


def matcher(route: Route) -> Matcher:
    """Compile a template path such as /jobs/{id} or /files/{proxy+}.

    A slash at the end is a part of the path: /jobs/ is not /jobs, but /jobs/{proxy+} with an empty proxy.
    """
    parts = [part for part in route.path.split("/") if part]
    text = "".join(
        f"/(?P<{part[1:-2]}>.*)"
        if part.endswith("+}")
        else f"/(?P<{part[1:-1]}>[^/]+)"
        if part.startswith("{")
        else "/" + re.escape(part)
        for part in parts
    )
    greedy = sum(part.endswith("+}") for part in parts)
    literal = sum(not part.startswith("{") for part in parts)
    pattern = re.compile(".*" if route.path == "$default" else text or "/", re.DOTALL)
    return Matcher(route, pattern, (1 if route.path == "$default" else 0, greedy, -literal))


class Router:
    """Which route a request takes."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._matchers = sorted((matcher(route) for route in routes), key=lambda found: found.rank)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route for a request and the values of its path parameters."""
        for found in self._matchers:
            match = found.pattern.fullmatch(path)
            if match and found.route.method in (method, "ANY"):
                return found.route, match.groupdict()
        return None


class Gateway:
    """Serves the template's routes on one address."""

    def __init__(self, pool: LambdaPool, routes: Sequence[Route], host: str, port: int) -> None:
        self.pool = pool
        self.route = Router(routes).find
        self._server = AppServer(host, port, self)
        self.url = f"http://{f'[{host}]' if ':' in host else host}:{self._server.port}"

    def start(self) -> Gateway:
        self._server.start("gateway")
        return self

    def stop(self) -> None:
        self._server.stop()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        answer = self._answer(environ)
        phrase = http.HTTPStatus(answer.status).phrase if answer.status in set(http.HTTPStatus) else "Status"
        length = [("content-length", str(len(answer.body)))] if answer.status not in (204, 304) else []
        headers = [pair for pair in answer.headers if pair[0].lower() != "content-length"]
        start_response(f"{answer.status} {phrase}", [*headers, *length])
        return [answer.body]

    def _answer(self, environ: Environ) -> HttpAnswer:
        found = self.route(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if found is None:
            return failed(404, "Not Found")
        route, parameters = found
        asks_first = "100-continue" in environ.get("HTTP_EXPECT", "").lower()
        if asks_first and int(environ.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            return failed(413, f"Request Entity Too Large. {_HINT}")
        body = environ["wsgi.input"].read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            _hear_out(environ)
            return failed(413, f"Request Entity Too Large. {_HINT}")
        key = route.path if route.path == "$default" else f"{route.method} {route.path}"
        event = api_event.request_event(environ, body, key, parameters)
        return self._call(route.function, json.dumps(event).encode())

    def _call(self, function: str, event: bytes) -> HttpAnswer:
        answer = _within(ANSWER_SECONDS, lambda: self.pool.invoke(function, event))
        if answer is None:
            return failed(503, "Service Unavailable")
        if answer.error == "Unhandled" and b"RequestTooLarge" in answer.body[:64]:
            return failed(413, f"Request Too Long. {_HINT}")
        if answer.error:
            return failed(500, "Internal Server Error")
        try:
            return api_event.answer(json.loads(answer.body))
        except (ValueError, TypeError):
            log.exception("%s answered with something that is not a response", function)
            return failed(500, "Internal Server Error")


def _hear_out(environ: Environ) -> None:
    """Or a client that only listens when it has said everything would see a broken connection and no answer."""
    heard = 0
    while heard < _MOST_HEARD_OUT and (block := environ["wsgi.input"].read(1 << 20)):
        heard += len(block)


def _within(seconds: float, call: Callable[[], Answer]) -> Answer | None:
    """The call's result, or None when it takes longer: API Gateway answers after 30 s, whatever the function does."""
    found: list[Answer | None] = []

    def run() -> None:
        try:
            found.append(call())
        except Throttled:
            found.append(None)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return found[0] if found else None
