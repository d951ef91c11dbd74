"""What the client libraries are tried on: one service, one finished job, and servers that it may reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.clips import source
from tests.conformance.scene import Scene, playing
from tests.conformance.wire import Reply

FAST: dict[str, Any] = {"speed": 5, "width": 96, "clip_length": 1}


@dataclass(frozen=True)
class Finished:
    """A finished job as its creator sees it, and what its two webhooks were told."""

    details: dict[str, Any]
    told_output: Reply
    told_job: Reply

    @property
    def id(self) -> int:
        return int(self.details["id"])

    @property
    def input_id(self) -> int:
        return int(self.details["input_media_file"]["id"])

    @property
    def output_id(self) -> int:
        return int(self.details["output_media_files"][0]["id"])


@pytest.fixture(scope="package")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with playing(tmp_path_factory.mktemp("clients")) as scene:
        for name, clip in (("film.mp4", "cfr_25"), ("noise.bin", "noise")):
            scene.customer.s3.upload_file(str(source(clip)), scene.ready.upload_bucket, f"in/{name}")
        yield scene
        scene.end()


@pytest.fixture(scope="package")
def clip(scene: Scene) -> str:
    return f"s3://{scene.ready.upload_bucket}/in/film.mp4"


@pytest.fixture(scope="package")
def noise(scene: Scene) -> str:
    """A source that every job fails with."""
    return f"s3://{scene.ready.upload_bucket}/in/noise.bin"


@pytest.fixture(scope="package")
def finished(scene: Scene, clip: str) -> Finished:
    output = {
        **FAST,
        "label": "web",
        "url": f"s3://{scene.ready.output_bucket}/clients/web.mp4",
        "thumbnails": {"number": 1, "label": "poster", "base_url": f"s3://{scene.ready.output_bucket}/clients"},
        "notifications": [scene.hook("output").url],
    }
    targets = [scene.hook("job").url, "http://zencoderfetcher/"]
    job = scene.job({"input": clip, "pass_through": "asset-7", "output": output, "notifications": targets})
    details = scene.ended(job)
    assert details["state"] == "finished", details
    return Finished(details, scene.told("output"), scene.told("job"))


@pytest.fixture(scope="package")
def fail(scene: Scene, noise: str) -> Callable[[], int]:
    """Makes a job that has failed, which may be resubmitted a few times."""

    def make() -> int:
        job = scene.job({"input": noise})
        scene.ended(job)
        return job

    return make
