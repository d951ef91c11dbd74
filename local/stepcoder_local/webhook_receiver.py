"""A small loopback receiver of notifications that checks their signatures itself, as a customer's server would."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import queue
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .http_server import AppServer, Environ, StartResponse

TOLERANCE_SECONDS = 300
LARGEST_BODY = 4 << 20


class BadSignature(Exception):
    """The message is not from who it says, or is not what was sent."""


@dataclass(frozen=True)
class Received:
    """One notification; header names in lower case."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found


class WebhookReceiver:
    """Listens on a free loopback port and keeps what comes. A context manager."""

    def __init__(self) -> None:
        self._server = AppServer("127.0.0.1", 0, self)
        self._queue: queue.Queue[Received] = queue.Queue()
        self.host = f"127.0.0.1:{self._server.port}"
        self.url = f"http://{self.host}/done"

    def __enter__(self) -> WebhookReceiver:
        self._server.start("webhook receiver")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def wait(self, seconds: float) -> Received | None:
        """The next notification, None when there is none in time."""
        try:
            return self._queue.get(timeout=seconds)
        except queue.Empty:
            return None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(LARGEST_BODY)
        headers = {name[5:].replace("_", "-").lower(): v for name, v in environ.items() if name.startswith("HTTP_")}
        self._queue.put(Received(headers, body))
        start_response("204 No Content", [])
        return [b""]


def verify(received: Received, secret: str, now: float | None = None) -> None:
    """Check a Standard Webhooks signature (version 1). Raises BadSignature."""
    try:
        sent_at = int(received.headers["webhook-timestamp"])
        identity, given = received.headers["webhook-id"], received.headers["webhook-signature"]
    except (KeyError, ValueError):
        raise BadSignature("The notification is not signed.") from None
    if abs((time.time() if now is None else now) - sent_at) > TOLERANCE_SECONDS:
        raise BadSignature("The notification is too old.")
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{identity}.{sent_at}.".encode() + received.body, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(digest).decode()
    if not any(hmac.compare_digest(one.encode(), wanted.encode()) for one in given.split(" ")):
        raise BadSignature("The notification's signature is wrong.")
