"""Times the jobs function's handler as a warm worker runs it. A program: api.py starts it in the worker's environment.

Standard input: {samples: {call: number}, api_key, body, job_id}. Standard output: {call: [milliseconds]}.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parents[1] / "events" / "api"
TERMINAL = ("finished", "failed", "cancelled")
_LOOK_SECONDS = 0.1

Event = dict[str, Any]
Handler = Callable[[Event, Any], Event]


def main() -> None:
    given = json.load(sys.stdin)
    from api.jobs import handler

    key, body, job_id = given["api_key"], given["body"], given["job_id"]
    events = {
        "create": (_event("create_job", key, "/jobs", body), 201),
        "mock": (_event("create_mock_job", key, "/jobs", {**body, "mock": True}), 201),
        "details": (_event("job_details", key, f"/jobs/{job_id}"), 200),
        "progress": (_event("job_progress", key, f"/jobs/{job_id}/progress"), 200),
    }
    found = {}
    for call, (event, status) in events.items():
        _answer(handler, event, status)  # the first one opens connections
        found[call] = [_time(handler, event, status, key) for _ in range(given["samples"][call])]
    json.dump(found, sys.stdout)


def _event(sample: str, key: str, path: str, body: object = None) -> Event:
    event: Event = json.loads((SAMPLES / f"{sample}.json").read_text(encoding="utf-8"))
    event["headers"]["zencoder-api-key"] = key
    event["rawPath"] = event["requestContext"]["http"]["path"] = f"/api/v2{path}"
    if body is not None:
        event["body"] = json.dumps(body)
    return event


def _time(handler: Handler, event: Event, status: int, key: str) -> float:
    """Milliseconds of one call. A job that it created may come to its end before anything else is timed."""
    started = time.perf_counter()
    document = _answer(handler, event, status)
    elapsed = 1000 * (time.perf_counter() - started)
    if event["requestContext"]["http"]["method"] == "POST" and document["id"] is not None:
        look = _event("job_progress", key, f"/jobs/{document['id']}/progress")
        while _answer(handler, look, 200)["state"] not in TERMINAL:
            time.sleep(_LOOK_SECONDS)
    return elapsed


def _answer(handler: Handler, event: Event, status: int) -> Any:
    """The document answered. Raises ValueError for another status."""
    answer = handler(event, None)
    if answer["statusCode"] != status:
        raise ValueError(f"{event['rawPath']} was answered with {answer['statusCode']}: {answer['body']}")
    return json.loads(answer["body"])


if __name__ == "__main__":
    main()
