"""Clients that call a service's API over kept connections, alone or many at once. What their times mean is api.py."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

_SECONDS = 60.0


class ApiConnection:
    """One client of the service at `base_url` (…/api/v2)."""

    def __init__(self, base_url: str, api_key: str) -> None:
        parts = urlsplit(base_url)
        self._connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=_SECONDS)
        self._prefix, self._headers = parts.path, {"Zencoder-Api-Key": api_key, "Content-Type": "application/json"}

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any, float]:
        """Status, document and milliseconds. Raises OSError, HTTPException, ValueError where there was no answer."""
        content = None if body is None else json.dumps(body)
        started = time.perf_counter()
        self._connection.request(method, self._prefix + path, content, self._headers)
        answer = self._connection.getresponse()
        text = answer.read()
        elapsed = 1000 * (time.perf_counter() - started)
        return answer.status, json.loads(text) if text else None, elapsed

    def close(self) -> None:
        self._connection.close()


@dataclass
class Load:
    """What many clients met: `times` in milliseconds of what succeeded, `refusals` counted by what they were."""

    seconds: float = 0.0
    times: list[float] = field(default_factory=list)
    refusals: Counter[str] = field(default_factory=Counter)
    ids: list[int] = field(default_factory=list)

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds if self.seconds else 0.0


def create_jobs(base_url: str, api_key: str, body: object, clients: int, seconds: float) -> Load:
    """Have so many clients create jobs, each as fast as it is answered, for so long."""
    load, lock = Load(), threading.Lock()
    end = time.perf_counter() + seconds

    def run() -> None:
        connection = ApiConnection(base_url, api_key)
        while time.perf_counter() < end:
            try:
                status, document, elapsed = connection.call("POST", "/jobs", body)
            except (OSError, http.client.HTTPException, ValueError) as problem:
                connection.close()
                with lock:
                    load.refusals[type(problem).__name__] += 1
                continue
            with lock:
                if status == 201:
                    load.times.append(elapsed)
                    load.ids.append(document["id"])
                else:
                    load.refusals[str(status)] += 1
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    load.seconds = time.perf_counter() - started
    return load
