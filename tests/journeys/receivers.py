"""Customers' webhook servers, good and bad, and waiting for what the service's log says about them. No checks here."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from tests.core.net.servers import Handler, Route, WebServer
from tests.journeys.client import Customer
from tests.journeys.conftest import Call


class Receivers:
    """Servers by name, all on one web server: each answers by its route, and what came is kept in order."""

    def __init__(self, web: WebServer, **routes: Route) -> None:
        self.web = web
        self.calls: list[tuple[str, Call]] = []
        self._root = f"/receivers-{id(self)}/"
        for name, route in routes.items():
            web.routes[self._root + name] = partial(self._receive, name, route)

    def url(self, name: str, userinfo: str = "") -> str:
        return self.web.url(self._root + name, userinfo=userinfo)

    def of(self, name: str) -> list[Call]:
        """What came to one of them so far."""
        return [call for called, call in list(self.calls) if called == name]

    def _receive(self, name: str, route: Route, handler: Handler) -> None:
        headers = {header.lower(): value for header, value in handler.headers.items()}
        self.calls.append((name, Call(headers, handler.body)))
        route(handler)


def until(found: Callable[[], Any], seconds: float = 60) -> Any:
    """What is found, as soon as it is something."""
    end = time.monotonic() + seconds
    while not (result := found()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)
    return result


def log_of(customer: Customer, job_id: int) -> list[dict[str, Any]]:
    """The job's log of notifications."""
    code, found = customer.call("GET", f"/jobs/{job_id}/notifications")
    assert code == 200, found
    return list(found["notifications"])


def settled_log(customer: Customer, job_id: int, count: int) -> list[dict[str, Any]]:
    """The log, once so many messages are in it and none of them is pending."""

    def settled() -> list[dict[str, Any]]:
        log = log_of(customer, job_id)
        over = len(log) >= count and all(entry["state"] != "pending" for entry in log)
        return log if over else []

    return list(until(settled))


def submit_hopeless(customer: Customer, web: WebServer, **job: Any) -> int:
    """A job that fails at once, because there is no such source; its id."""
    return customer.submit(web.url("/no-such-film.mp4"), job.pop("output", {}), **job)


def new_customer(service: Customer, email: str) -> Customer:
    """The customer of a new account of the same service."""
    code, made = service.call("POST", "/account", {"email": email, "terms_of_service": "1"})
    assert code == 201, made
    return replace(service, ready=replace(service.ready, api_key=made["api_key"]))
