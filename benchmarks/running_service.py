"""The embedded service as a child process, and jobs put to it over HTTP as a customer would. Measures nothing."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stepcoder_local import running
from stepcoder_local.api_client import TERMINAL, ApiClient, ServiceError, problems
from stepcoder_local.ready import Ready
from stepcoder_local.transfers import Buckets

_START_SECONDS = 120.0
_STOP_SECONDS = 30.0
_JOB_SECONDS = 3600.0


@dataclass(frozen=True)
class JobRun:
    """A finished job: its details, and the seconds from sending it to seeing it finished."""

    details: Mapping[str, Any]
    wall: float


class RunningService:
    """A service of its own in `directory`; a context manager. `options` as `stepcoder serve` takes them."""

    ready: Ready

    def __init__(self, directory: Path, *options: str) -> None:
        self._directory, self._options = directory, options

    def __enter__(self) -> RunningService:
        ready_file, data = self._directory / "ready.json", self._directory / "data"
        command = [sys.executable, "-m", "stepcoder_local.cli", "serve", "--port", "0"]
        command += ["--data-dir", str(data), "--ready-file", str(ready_file), *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            self.ready = self._await(ready_file)
        except BaseException:
            self.__exit__()
            raise
        self.buckets = Buckets(self.ready)
        self.client = ApiClient(self.ready.base_url, self.ready.api_key)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    @property
    def pid(self) -> int:
        return self._process.pid

    def _await(self, ready_file: Path) -> Ready:
        end = time.monotonic() + _START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            ready = running.read(ready_file)
            if ready is not None:
                return ready
            time.sleep(0.1)
        raise ServiceError("The service did not start.")

    def upload(self, path: Path) -> str:
        """Put a file into the upload bucket; the URL for jobs."""
        key = f"benchmark/{path.name}"
        self.buckets.upload(path, self.ready.upload_bucket, key, lambda _: None)
        return f"s3://{self.ready.upload_bucket}/{key}"

    def place(self, name: str) -> str:
        """URL of a directory for outputs."""
        return f"s3://{self.ready.output_bucket}/{name}/"

    def run(self, body: Mapping[str, Any], poll_seconds: float) -> JobRun:
        """Run a job to its end. Raises ServiceError unless everything finished."""
        started = time.monotonic()
        job_id = self.client.create_job(body)["id"]
        while self.client.progress(job_id)["state"] not in TERMINAL:
            if time.monotonic() - started > _JOB_SECONDS:
                raise ServiceError(f"Job {job_id} was not over after {_JOB_SECONDS:.0f} seconds.")
            time.sleep(poll_seconds)
        wall = time.monotonic() - started
        details = self.client.job(job_id)
        if found := problems(details):
            raise ServiceError("\n".join(found))
        return JobRun(details, wall)

    def download(self, name: str, directory: Path) -> list[Path]:
        """Fetch everything that was delivered to `place(name)`."""
        return self.buckets.download_all(self.ready.output_bucket, f"{name}/", directory)
