"""Times the jobs function's handler as a warm worker runs it. A program: api.py starts it in the worker's environment.

Standard input: {samples, api_key, body, job_id}. Standard output: {call: [milliseconds]}.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parents[1] / "events" / "api"
_UNTIMED = 5

Event = dict[str, Any]


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
    found = {call: _times(handler, *asked, given["samples"]) for call, asked in events.items()}
    json.dump(found, sys.stdout)


def _event(sample: str, key: str, path: str, body: object = None) -> Event:
    event: Event = json.loads((SAMPLES / f"{sample}.json").read_text(encoding="utf-8"))
    event["headers"]["zencoder-api-key"] = key
    event["rawPath"] = event["requestContext"]["http"]["path"] = f"/api/v2{path}"
    if body is not None:
        event["body"] = json.dumps(body)
    return event


def _times(handler: Callable[[Event, Any], Event], event: Event, status: int, samples: int) -> list[float]:
    """Milliseconds of each call after the first few, which still open connections. Raises ValueError for a refusal."""
    found = []
    for _ in range(_UNTIMED + samples):
        started = time.perf_counter()
        answer = handler(event, None)
        found.append(1000 * (time.perf_counter() - started))
        if answer["statusCode"] != status:
            raise ValueError(f"{event['rawPath']} was answered with {answer['statusCode']}: {answer['body']}")
    return found[_UNTIMED:]


if __name__ == "__main__":
    main()
