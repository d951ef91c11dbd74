"""Starts the embedded service as users do, in a process of its own. Import `embedded_service` into any conftest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from stepcoder_local import running
from stepcoder_local.ready import Ready

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
STOP_SECONDS = 15
# So high that only tests about limits meet any.
PLENTY = "default=1000000,create_job=1000000,progress=1000000,account=1000000,output_progress=1000000"


@contextmanager
def service_process(data: Path, *arguments: str) -> Iterator[tuple[Ready, subprocess.Popen[bytes]]]:
    """`stepcoder serve` on free ports; stopped with SIGTERM, and not left behind whatever happens."""
    ready_file = data / "ready.json"
    data.mkdir(parents=True, exist_ok=True)
    paths = [str(ROOT / part) for part in ("local", "layers/core", "functions")]
    command = [sys.executable, "-m", "stepcoder_local.cli", "--verbose", "serve", "--port", "0"]
    command += ["--data-dir", str(data), "--ready-file", str(ready_file), "--rate-limits", PLENTY, *arguments]
    with (data / "serve.log").open("wb") as output:
        process = subprocess.Popen(
            command, env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)}, stdout=output, stderr=output
        )
    try:
        yield _wait_until_ready(process, ready_file, data), process
    finally:
        _stop(process)


def _wait_until_ready(process: subprocess.Popen[bytes], ready_file: Path, data: Path) -> Ready:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        ready = running.read(ready_file)
        if ready is not None:
            return ready
        time.sleep(0.05)
    raise AssertionError("the service did not start:\n" + (data / "serve.log").read_text(errors="replace")[-4000:])


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def embedded_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ready]:
    """The deployed template's service, shared by a session's tests. Private hosts allowed: 127.0.0.1."""
    data = tmp_path_factory.mktemp("embedded")
    with service_process(data, "--allow-private-hosts", "127.0.0.1") as (ready, _):
        yield ready
