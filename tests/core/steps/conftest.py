"""A pipeline in one process: the real steps with real ffmpeg on an AWS in memory, walked as the state machine does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import pytest

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.errors import TryAgain
from stepcoder.jobs.creation import create_job
from stepcoder.jobs.drafting import Origin
from stepcoder.media import MediaInfo
from stepcoder.plan.model import Capacity, Plan
from stepcoder.probe import probe
from stepcoder.records.model import Account, Job, Output
from stepcoder.records.store import records
from stepcoder.request.model import JobRequest
from stepcoder.steps import inspect as inspect_step
from stepcoder.steps.bits import share_bits
from stepcoder.steps.encode import encode_task
from stepcoder.steps.finish import finish
from stepcoder.steps.give_up import give_up
from stepcoder.steps.inspect import inspect_input
from stepcoder.steps.package import package_output
from stepcoder.steps.verify import verify_output
from stepcoder.steps.workspace import Workspace
from tests.clips.cache import ffmpeg
from tests.cloud import Cloud, cloud

__all__ = ["cloud"]

OUT = "s3://output-bucket/job/"
# So little time per task that even these small clips are cut every few seconds.
HURRIED = Capacity(vcpus=2, time_limit_seconds=1, relative_speed=0.2)
Task = Callable[[int, str], dict[str, str]]


class Pipeline:
    """Submits jobs and walks them through the steps."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.objects, self.tasks_run = cloud, Objects(), list[str]()

    def submit(self, source: Path | str, *outputs: dict[str, Any], api_version: str = "v2", **job: Any) -> int:
        """A job for a local file (put into a bucket) or a URL; returns its id."""
        url = source
        if isinstance(source, Path):
            self.objects.upload_file(source, "upload-bucket", f"in/{source.name}")
            url = f"s3://upload-bucket/in/{source.name}"
        account = Account(id=7, email="ada@example.org")
        request = JobRequest.from_body({"input": url, "outputs": list(outputs), **job})
        created = create_job(account, request, Origin(api_version))
        assert created.id is not None
        return created.id

    def walk(self, job_id: int, *, encode: Task = encode_task) -> str:
        """Every step in the state machine's order; the job's state at the end."""
        planned = inspect_input(job_id, 0)
        for wave in planned["waves"]:
            self.run_wave(job_id, wave, encode)
        return finish(job_id, 0)["state"]

    def run_wave(self, job_id: int, wave: dict[str, Any], encode: Task = encode_task) -> None:
        if wave["analysis"]["count"]:
            self.run_tasks(wave["analysis"], encode)
            share_bits(job_id)
        self.run_tasks(wave["tasks"], encode)
        for item in wave["outputs"]:
            package_output(job_id, item["output_id"])
            verify_output(job_id, item["output_id"])

    def run_tasks(self, listed: dict[str, Any], encode: Task) -> None:
        for item in self.objects.get_json(listed["bucket"], listed["key"]):
            self.tasks_run.append(item["task_id"])
            self.attempt(item["job_id"], item["task_id"], encode)

    def attempt(self, job_id: int, task_id: str, encode: Task) -> None:
        """As the state machine: up to four attempts, then give up."""
        for _ in range(4):
            try:
                encode(job_id, task_id)
                return
            except (TryAgain, KilledWorker):
                continue
        give_up(job_id, task_id=task_id, output_id=None, attempt=0, error={"Error": "TryAgain"})

    def plan(self, job_id: int) -> Plan:
        return Workspace(job_id).plan()

    def job(self, job_id: int) -> Job:
        return records().job(job_id)

    def outputs(self, job_id: int) -> list[Output]:
        return records().outputs(self.job(job_id))

    def output(self, job_id: int, index: int = 0) -> Output:
        return self.outputs(job_id)[index]

    def keys(self, bucket: str = "output-bucket") -> list[str]:
        return list(self.objects.list(bucket, ""))

    def fetch_from(self, bucket: str, key: str) -> BytesIO:
        return BytesIO(self.objects.get(bucket, key))

    def fetch(self, key: str, directory: Path) -> Path:
        path = directory / key.replace("/", "_")
        self.objects.download_file("output-bucket", key, path)
        return path


class KilledWorker(Exception):
    """Stands for a worker that vanished in the middle of a task."""


@pytest.fixture
def pipeline(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pipeline]:
    monkeypatch.setattr(runtime, "now", lambda: datetime.now(UTC))
    monkeypatch.setenv("STEPCODER_FFMPEG", ffmpeg())
    monkeypatch.setenv("STEPCODER_WORKER_VCPUS", "2")
    runtime.settings.cache_clear()
    monkeypatch.setattr(inspect_step, "capacity", lambda: HURRIED)
    yield Pipeline(cloud)


def media_of(path: Path) -> MediaInfo:
    with path.open("rb") as file:
        return probe(file, size=path.stat().st_size)


def video_times(path: Path) -> list[float]:
    """Presentation times of every decoded video frame, seconds."""
    with av.open(str(path)) as container:
        return [float(frame.time) for frame in container.decode(video=0)]


def sound_samples(path: Path) -> int:
    """How many samples per channel the file's sound decodes to."""
    with av.open(str(path)) as container:
        return sum(frame.samples for frame in container.decode(audio=0))
