"""The embedded service that containers work beside, and what a customer asks of it: jobs, files, executions."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from scripts.sam_local.children import child
from stepcoder_local import running
from stepcoder_local.api_client import ApiClient
from stepcoder_local.ready import Ready
from stepcoder_local.transfers import Buckets

START_SECONDS, CLIP_SECONDS, JOB_SECONDS = 90, 60, 600


@dataclass(frozen=True)
class Cloud:
    """A running `stepcoder serve`."""

    ready: Ready

    @property
    def data(self) -> Path:
        return Path(self.ready.data_dir)

    @cached_property
    def files(self) -> Any:
        """A boto3 client of its S3."""
        return Buckets(self.ready).client

    @cached_property
    def _executions(self) -> Any:
        import boto3

        return boto3.client(
            "stepfunctions",
            endpoint_url=self.ready.s3_endpoint,
            region_name=self.ready.region,
            aws_access_key_id=self.ready.access_key_id,
            aws_secret_access_key=self.ready.secret_access_key,
        )

    def api(self, base_url: str | None = None) -> ApiClient:
        """A client of its API, or of the same API elsewhere."""
        return ApiClient(base_url or self.ready.base_url, self.ready.api_key)

    def put_clip(self, key: str, sound: bool) -> str:
        """A film of two seconds in the upload bucket; its URL."""
        path = self.data / key
        inputs = ["-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=2"]
        inputs += ["-f", "lavfi", "-i", "sine=frequency=440:duration=2"] if sound else []
        subprocess.run(
            [_ffmpeg(), "-v", "error", "-y", *inputs, "-c:v", "libx264", "-preset", "ultrafast", str(path)],
            check=True,
            timeout=CLIP_SECONDS,
        )
        self.files.upload_file(str(path), self.ready.upload_bucket, key)
        return f"s3://{self.ready.upload_bucket}/{key}"

    def output(self, key: str) -> str:
        """The URL of a file in the output bucket."""
        return f"s3://{self.ready.output_bucket}/{key}"

    def errors_of(self, job_id: int) -> list[str]:
        """The names of the errors that the state machine met in a job's execution, in order."""
        (machine,) = self._executions.list_state_machines()["stateMachines"]
        arn = machine["stateMachineArn"].replace(":stateMachine:", ":execution:") + f":job-{job_id}-0"
        events = self._executions.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        details = [event.get("taskFailedEventDetails") for event in events]
        return [str(found["error"]) for found in details if found]


@contextmanager
def embedded_cloud(host: str, lambda_port: int, data: Path) -> Iterator[Cloud]:
    """`stepcoder serve` where containers see it, its state machine's functions run by whoever listens at a port."""
    ready_file = data / "ready.json"
    data.mkdir()
    command = [sys.executable, "-m", "stepcoder_local.cli", "--verbose", "serve", "--port", "0", "--s3-host", host]
    command += ["--lambda-endpoint", f"http://127.0.0.1:{lambda_port}", "--data-dir", str(data)]
    with child([*command, "--ready-file", str(ready_file)], data / "serve.log") as server:
        server.wait_until(lambda: running.read(ready_file) is not None, START_SECONDS)
        ready = running.read(ready_file)
        if ready is not None:
            yield Cloud(ready)


def states(job: Mapping[str, Any]) -> str:
    """A job's state and its outputs', in a line."""
    outputs = [f"{output.get('label') or output['id']} {output['state']}" for output in job["output_media_files"]]
    return f"job {job['id']} {job['state']}: {', '.join(outputs)}"


def _ffmpeg() -> str:
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())
