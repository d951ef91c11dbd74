"""What journeys share: one service for the session, a web server with sources, a receiver of webhooks."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.core.net.servers import Handler, WebServer
from tests.journeys.client import Customer, running_service


@pytest.fixture(scope="session")
def web() -> Iterator[WebServer]:
    """The one private host that the service may reach. Tests add routes."""
    with WebServer() as server:
        yield server


@pytest.fixture(scope="session")
def service(web: WebServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Customer]:
    with running_service(tmp_path_factory.mktemp("journeys"), f"127.0.0.1:{web.server_port}") as customer:
        yield customer


@dataclass(frozen=True)
class Call:
    """A notification as it came."""

    headers: dict[str, str]
    body: bytes

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class Hook:
    """A webhook's receiver; `statuses` are its answers, the last one from then on."""

    def __init__(self, server: WebServer, path: str) -> None:
        self.url = server.url(path)
        self.statuses = [204]
        self.calls: list[Call] = []
        self._news = threading.Condition()
        server.routes[path] = self._receive

    def _receive(self, handler: Handler) -> None:
        with self._news:
            self.calls.append(Call({name.lower(): value for name, value in handler.headers.items()}, handler.body))
            status = self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]
            self._news.notify_all()
        handler.answer(status)

    def wait(self, count: int, seconds: float = 30) -> list[Call]:
        """The first calls, once there are `count`."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.calls) >= count, seconds), self.calls
            return list(self.calls)


@pytest.fixture
def hook(web: WebServer, request: pytest.FixtureRequest) -> Hook:
    return Hook(web, f"/hooks/{abs(hash(request.node.nodeid))}")
