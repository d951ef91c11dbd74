"""A job attempted again: what failed is made, from the same source, and what was finished is left as it is."""

from __future__ import annotations

from typing import Any

import av
import pytest

from stepcoder import runtime
from stepcoder.aws import workflow
from stepcoder.jobs.resubmitting import resubmit_job
from stepcoder.records.model import Account
from stepcoder.steps.finish import finish
from stepcoder.steps.inspect import inspect_input
from tests.clips import source
from tests.core.steps.conftest import OUT, Pipeline

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90)]

ADA = Account(id=7, email="ada@example.org")
HLS: dict[str, Any] = {
    **{"type": "segmented", "label": "hls", "url": f"{OUT}h/a.m3u8", "speed": 5},
    **{"segment_seconds": 1, "clip_length": 3},
}
# Neither can be delivered until somebody makes their bucket.
LATER: list[dict[str, Any]] = [
    {"label": "later", "url": "s3://later-bucket/b.mp4", "speed": 5, "clip_length": 3},
    {
        **{"type": "playlist", "url": "s3://later-bucket/m.m3u8"},
        **{"streams": [{"path": "h/a.m3u8", "source": "hls"}, {"path": "b.mp4", "source": "later"}]},
    },
]


def run(pipeline: Pipeline, job: int, attempt: int) -> str:
    planned = inspect_input(job, attempt)
    for wave in planned["waves"]:
        pipeline.run_wave(job, wave)
    state = finish(job, attempt)["state"]
    pipeline.cloud.stop_execution(job, attempt)
    return state


def test_what_failed_is_made_and_what_was_finished_is_not_made_again(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("cfr_25"), HLS, *LATER, api_version="v1")  # which has no temporary storage instead
    assert run(pipeline, job, 0) == "failed"
    assert [output.state for output in pipeline.outputs(job)] == ["finished", "failed", "failed"]
    assert pipeline.output(job, 1).error_class == "S3BucketNotFoundError"
    made, first_tasks = pipeline.keys(), list(pipeline.tasks_run)
    dates = {key: pipeline.objects.head("output-bucket", key) for key in made}

    runtime.client("s3").create_bucket(Bucket="later-bucket")
    resubmit_job(ADA, job)
    assert workflow.execution_status(job, 1) == "RUNNING"
    pipeline.tasks_run.clear()
    assert run(pipeline, job, 1) == "finished"

    assert pipeline.keys() == made
    assert {key: pipeline.objects.head("output-bucket", key) for key in made} == dates
    assert len(pipeline.tasks_run) < len(first_tasks)
    assert pipeline.keys("later-bucket") == ["b.mp4", "m.m3u8"]
    playlist = pipeline.objects.get("later-bucket", "m.m3u8").decode()
    assert playlist.count("#EXT-X-STREAM-INF") == 2
    assert playlist.count("RESOLUTION=320x180") == 2
    with av.open(pipeline.fetch_from("later-bucket", "b.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) == 75
    assert pipeline.keys("work-bucket") == []


def test_an_input_that_failed_is_looked_at_again(pipeline: Pipeline) -> None:
    job = pipeline.submit("s3://upload-bucket/in/late.mp4", HLS)
    assert run(pipeline, job, 0) == "failed"
    assert [output.state for output in pipeline.outputs(job)] == ["no_input"]
    pipeline.objects.upload_file(source("cfr_25"), "upload-bucket", "in/late.mp4")
    resubmit_job(ADA, job)
    assert run(pipeline, job, 1) == "finished"
    assert pipeline.outputs(job)[0].state == "finished"


def test_what_an_attempt_left_half_done_is_not_mixed_with_the_next(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("cfr_25"), HLS)
    inspect_input(job, 0)
    pipeline.objects.put("work-bucket", f"jobs/{job}/results/a0-0000.json", b"{}")
    pipeline.cloud.stop_execution(job, 0)  # broken off, and nobody cleared what it left
    resubmit_job(ADA, job)
    assert inspect_input(job, 0)["outcome"] == "stopped"
    assert run(pipeline, job, 1) == "finished"
