"""Talks to a running service over its public API, as any customer would. Nothing about files or terminals."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

POLL_SECONDS = 0.7
TERMINAL = frozenset({"finished", "failed", "cancelled"})


class ServiceError(Exception):
    """The service refused, failed or can't be reached; the message is a sentence a person can act on."""


class ApiClient:
    """One account of one service. `base_url` ends in /api/v2."""

    def __init__(self, base_url: str, api_key: str) -> None:
        if not base_url.startswith(("http://", "https://")):
            raise ServiceError(f"{base_url} is not the http(s) address of a service.")
        self.base_url, self.api_key = base_url.rstrip("/"), api_key

    def create_job(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to POST /jobs."""
        return self._call("POST", "/jobs", body)

    def progress(self, job_id: int) -> dict[str, Any]:
        return self._call("GET", f"/jobs/{job_id}/progress")

    def job(self, job_id: int) -> dict[str, Any]:
        """The job's details, without their wrapper."""
        answer = self._call("GET", f"/jobs/{job_id}")
        job: dict[str, Any] = answer.get("job", answer)
        return job

    def cancel(self, job_id: int) -> None:
        self._call("PUT", f"/jobs/{job_id}/cancel")

    def wait(self, job_id: int, on_progress: Callable[[Mapping[str, Any]], None], limit: float) -> dict[str, Any]:
        """Poll until the job is over; its details. Raises ServiceError after `limit` seconds."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            progress = self.progress(job_id)
            on_progress(progress)
            if progress.get("state") in TERMINAL:
                return self.job(job_id)
            time.sleep(POLL_SECONDS)
        raise ServiceError(f"Job {job_id} was not over after {limit:.0f} seconds.")

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Zencoder-Api-Key": self.api_key, "Accept": "application/json"}
        if data is not None:
            headers["Content-Type"] = "application/json"
        request = urllib.request.Request(self.base_url + path, data, headers, method=method)  # noqa: S310 - checked above
        try:
            with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
                text = response.read()
        except urllib.error.HTTPError as refusal:
            raise ServiceError(_refusal(refusal.code, refusal.read())) from refusal
        except OSError as problem:
            reason = getattr(problem, "reason", problem)
            raise ServiceError(f"The service at {self.base_url} can't be reached: {reason}.") from problem
        answer: dict[str, Any] = json.loads(text) if text else {}
        return answer


def _refusal(status: int, text: bytes) -> str:
    try:
        errors = json.loads(text)["errors"]
        return "The service refused: " + " ".join(map(str, errors))
    except (ValueError, KeyError, TypeError):
        return f"The service answered {status}: {text[:200].decode('utf-8', 'replace')}"


def problems(job: Mapping[str, Any]) -> list[str]:
    """A sentence for everything of a job that did not finish; empty if all outputs did."""
    found = []
    source = job.get("input_media_file") or {}
    if source.get("state") == "failed":
        found.append(f"The input failed: {source.get('error_message') or 'no reason was given'}")
    for output in job.get("output_media_files", []):
        if output.get("state") != "finished" and not (found and output.get("state") == "no_input"):
            name = output.get("label") or output.get("id")
            reason = output.get("error_message") or f"it is {output.get('state')}"
            found.append(f"Output {name} did not finish: {reason}")
    if not found and job.get("state") != "finished":
        found.append(f"The job is {job.get('state')}.")
    return found
