"""A customer of a running service: calls its API, puts sources, waits for jobs, fetches results. No checks here."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from stepcoder_local import running
from stepcoder_local.ready import Ready
from tests.local.embedded import PLENTY

ROOT = Path(__file__).resolve().parents[2]
TERMINAL = ("finished", "failed", "cancelled")
_SERVE = """
import sys
from pathlib import Path
from stepcoder_local.serve_command import serve
from stepcoder_local.service import Options
data, template, hosts, limits = sys.argv[1:]
serve(Options(Path(data), template=Path(template), private_hosts=hosts, rate_limits=limits, strict_s3=True))
"""


@dataclass
class Customer:
    """Speaks to one service. `process` is the service's own."""

    ready: Ready
    process: subprocess.Popen[bytes]
    s3: Any = field(init=False)
    _names: Iterator[int] = field(default_factory=lambda: iter(range(1, 1_000_000)))

    def __post_init__(self) -> None:
        self.s3 = boto3.client(
            "s3",
            endpoint_url=self.ready.s3_endpoint,
            region_name=self.ready.region,
            aws_access_key_id=self.ready.access_key_id,
            aws_secret_access_key=self.ready.secret_access_key,
            config=Config(s3={"addressing_style": "path"}),
        )

    def call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, Any]:
        """Status and parsed body of an API call; `body` may be bytes to send as they are, `headers` replace the key."""
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        headers = headers or {"Zencoder-Api-Key": self.ready.api_key}
        headers = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(self.ready.base_url + path, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, _parsed(answer.read())
        except urllib.error.HTTPError as error:
            return error.code, _parsed(error.read())

    def put(self, path: Path) -> str:
        """Make a local file a source; its URL."""
        self.s3.upload_file(str(path), self.ready.upload_bucket, f"in/{path.name}")
        return f"s3://{self.ready.upload_bucket}/in/{path.name}"

    def folder(self) -> str:
        """A fresh directory URL for outputs."""
        return f"s3://{self.ready.output_bucket}/journey-{next(self._names)}/"

    def submit(self, source: Path | str, *outputs: dict[str, Any], **job: Any) -> int:
        """The accepted job's id."""
        url = self.put(source) if isinstance(source, Path) else source
        status, created = self.call("POST", "/jobs", {"input": url, "outputs": list(outputs), **job})
        assert status == 201, created
        return int(created["id"])

    def progress(self, job: int) -> dict[str, Any]:
        status, found = self.call("GET", f"/jobs/{job}/progress")
        assert status == 200, found
        return dict(found)

    def details(self, job: int) -> dict[str, Any]:
        status, found = self.call("GET", f"/jobs/{job}")
        assert status == 200, found
        return dict(found["job"])

    def wait(self, job: int, seconds: float = 60) -> dict[str, Any]:
        """The details of the job once it has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.progress(job)["state"] in TERMINAL:
                return self.details(job)
            time.sleep(0.2)
        raise AssertionError(f"job {job} did not end within {seconds} s: {self.details(job)}")

    def wait_for_state(self, job: int, *states: str, seconds: float = 30) -> None:
        end = time.monotonic() + seconds
        while self.progress(job)["state"] not in states:
            assert time.monotonic() < end, self.details(job)
            time.sleep(0.1)

    def stored(self, folder: str | None = None) -> list[str]:
        """The objects below an output directory (relative to it), or of the whole work bucket."""
        bucket, prefix = (self.ready.work_bucket, "") if folder is None else folder[5:].split("/", 1)
        answer = self.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
        return [entry["Key"].removeprefix(prefix) for entry in answer.get("Contents", [])]

    def fetch(self, url: str) -> bytes:
        bucket, key = url[5:].split("/", 1)
        return bytes(self.s3.get_object(Bucket=bucket, Key=key)["Body"].read())


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode(errors="replace")


@contextmanager
def running_service(data: Path, private_hosts: str, encode_timeout: int | None = None) -> Iterator[Customer]:
    """`stepcoder serve` in a process of its own. `encode_timeout`: seconds, in place of the template's."""
    data.mkdir(parents=True, exist_ok=True)
    template = ROOT / "template.yaml" if encode_timeout is None else _hurried_template(data, encode_timeout)
    paths = os.pathsep.join(str(ROOT / part) for part in ("local", "layers/core", "functions"))
    with (data / "serve.log").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, str(data), str(template), private_hosts, PLENTY],
            env={**os.environ, "PYTHONPATH": paths},
            stdout=output,
            stderr=output,
        )
    try:
        yield Customer(_ready(process, data), process)
    finally:
        stop(process)


def _ready(process: subprocess.Popen[bytes], data: Path) -> Ready:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        ready = running.read(data / "service.json")
        if ready is not None:
            return ready
        time.sleep(0.05)
    raise AssertionError("the service did not start:\n" + (data / "serve.log").read_text(errors="replace")[-4000:])


def stop(process: subprocess.Popen[bytes]) -> None:
    """SIGTERM, and SIGKILL if that does not help."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _hurried_template(data: Path, seconds: int) -> Path:
    """The deployed template, except that encode tasks time out after some seconds. Code is where it was."""
    project = data / "project"
    project.mkdir()
    for name in ("functions", "layers"):
        (project / name).symlink_to(ROOT / name)
    before, function, after = (ROOT / "template.yaml").read_text().partition("\n  EncodeFunction:\n")
    assert function
    (project / "template.yaml").write_text(before + function + after.replace("Timeout: 900", f"Timeout: {seconds}", 1))
    return project / "template.yaml"
