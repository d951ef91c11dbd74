"""`api_*`: how long the API takes to answer, in the handler and over HTTP, and how many jobs a second it takes in.

The jobs are real: each is stored and its execution started. Their source answers 404, so that they end after their
first step and the API is what is measured. The limits on calls are raised, but calls are counted as ever.

Times are taken while nothing else runs, also not a job just created: on AWS, jobs take nothing from the API. Jobs a
second are taken with everything on one machine, so this is what that machine can do.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.api_clients import ApiConnection, Load, create_jobs
from benchmarks.films import ROOT
from benchmarks.report import Measure
from benchmarks.running_service import RunningService
from benchmarks.workbench import Workbench
from stepcoder_local import template

LIMITS = ",".join(f"{name}=9999999" for name in ("default", "create_job", "progress", "account", "output_progress"))
CLIENTS = 4  # as many workers as the embedded service gives a function
# The most that p50 and p99 may be, in ms: on two processors, with the emulated table taking most of it.
_TARGETS = {"create": (150.0, 400.0), "mock": (60.0, 150.0), "details": (60.0, 150.0), "progress": (60.0, 150.0)}
_LEAST_PER_SECOND = 5.0
_DRAIN_SECONDS = 120.0
_WARM_SECONDS = 3.0

Times = Mapping[str, Sequence[float]]


def measure(bench: Workbench) -> list[Measure]:
    """Milliseconds of handlers and of calls over HTTP; jobs a second, and what was refused."""
    with _missing_source() as source:
        options = ["--rate-limits", LIMITS, "--allow-private-hosts", source.removeprefix("http://").partition("/")[0]]
        with RunningService(bench.directory("api"), *options) as service:
            body = {"input": source, "outputs": [{"label": "web", "width": 640}, {"label": "sd", "width": 320}]}
            job_id = int(service.client.create_job(body)["id"])
            _drain(service)
            samples = _samples(bench.lengths.api_samples)
            handler = _handler_times(service, body, job_id, samples)
            over_http = _http_times(service, body, job_id, samples)
            _load(service, body, _WARM_SECONDS)  # starts the workers that the others find
            _drain(service)
            load = _load(service, body, bench.lengths.api_load_seconds)
            pending = _in_state(service, "pending")
            print(
                f"  {len(load.times)} jobs in {load.seconds:.0f} s, p99 {percentile(load.times, 99):.0f} ms", flush=True
            )
            _drain(service)
    return [*_percentiles("handler", handler), *_percentiles("http", over_http), *_held(load, pending)]


def _load(service: RunningService, body: object, seconds: float) -> Load:
    return create_jobs(service.ready.base_url, service.ready.api_key, body, CLIENTS, seconds)


def _samples(most: int) -> dict[str, int]:
    """How often each call is timed. Creating is slow to repeat, because each job is waited for."""
    return {"create": most // 3, "mock": most, "details": most, "progress": most}


def _percentiles(where: str, times: Times) -> Iterator[Measure]:
    for call, found in times.items():
        for percent, target in zip((50, 99), _TARGETS[call], strict=True):
            yield Measure(f"api_{where}_{call}_p{percent}", percentile(found, percent), target, "ms")


def _held(load: Load, pending: int) -> list[Measure]:
    if load.refusals:
        print("  not accepted:", ", ".join(f"{name}: {count}" for name, count in load.refusals.items()))
    return [
        Measure("api_creates_per_second", load.per_second, _LEAST_PER_SECOND, "1/s", at_least=True),
        Measure("api_create_errors", load.refusals.total(), 0, ""),
        Measure("api_jobs_not_started", pending, 0, ""),
    ]


def percentile(values: Sequence[float], percent: int) -> float:
    """The least value that so many percent of them don't exceed; NaN of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else math.nan


def _handler_times(service: RunningService, body: object, job_id: int, samples: Mapping[str, int]) -> Times:
    """The handler in a process of its own, with the environment that the service gives its workers."""
    ready = service.ready
    declared = template.load(ROOT / "template.yaml", ready.s3_endpoint, RateLimits=LIMITS)
    aws = {
        "AWS_ENDPOINT_URL": ready.s3_endpoint,
        "AWS_ACCESS_KEY_ID": ready.access_key_id,
        "AWS_SECRET_ACCESS_KEY": ready.secret_access_key,
        "AWS_REGION": ready.region,
        "AWS_DEFAULT_REGION": ready.region,
        "PYTHONPATH": os.pathsep.join(str(ROOT / part) for part in ("functions", "layers/core", "")),
    }
    environment = {**os.environ, **declared.functions["JobsFunction"].environment, **aws}
    given = {"samples": samples, "api_key": ready.api_key, "body": body, "job_id": job_id}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.api_handlers"],
        input=json.dumps(given),
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-4000:])
    found: Times = json.loads(done.stdout)
    return found


def _http_times(service: RunningService, body: Mapping[str, Any], job_id: int, samples: Mapping[str, int]) -> Times:
    """One client, one call after the other."""
    connection = ApiConnection(service.ready.base_url, service.ready.api_key)
    calls: dict[str, tuple[str, str, object]] = {
        "create": ("POST", "/jobs", body),
        "mock": ("POST", "/jobs", {**body, "mock": True}),
        "details": ("GET", f"/jobs/{job_id}", None),
        "progress": ("GET", f"/jobs/{job_id}/progress", None),
    }
    found: dict[str, list[float]] = {}
    for call, (method, path, sent) in calls.items():
        for _ in range(samples[call]):
            status, document, elapsed = connection.call(method, path, sent)
            if status not in (200, 201):
                raise RuntimeError(f"{path} was answered with {status}: {document}")
            found.setdefault(call, []).append(elapsed)
            if call == "create":
                service.client.wait(document["id"], lambda _: None, _DRAIN_SECONDS)
    connection.close()
    return found


def _drain(service: RunningService) -> None:
    """Let what was started come to its end, for a while."""
    started = time.monotonic()
    while (left := _unfinished(service)) and time.monotonic() - started < _DRAIN_SECONDS:
        time.sleep(0.5)
    print(
        f"  {'at least one job' if left else 'nothing'} under way after {time.monotonic() - started:.0f} s", flush=True
    )


def _unfinished(service: RunningService) -> int:
    return sum(_in_state(service, state) for state in ("waiting", "processing"))


def _in_state(service: RunningService, state: str) -> int:
    """How many jobs are in a state, up to a page of them."""
    connection = ApiConnection(service.ready.base_url, service.ready.api_key)
    status, found, _ = connection.call("GET", f"/jobs?state={state}")
    connection.close()
    if status != 200:
        raise RuntimeError(f"The jobs could not be listed: {status}.")
    return len(found)


class _NotFound(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.send_response(404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Nobody wants to read it."""


@contextmanager
def _missing_source() -> Iterator[str]:
    """The address of a film that isn't there, on a server that says so at once."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _NotFound)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/film.mp4"
    finally:
        server.shutdown()
        server.server_close()
