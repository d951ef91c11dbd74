"""Cancelling: what runs is killed within seconds, what comes later stops at once, nothing stays, it is told once."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from stepcoder.aws.objects import Objects
from stepcoder.jobs.ending import cancel_everything
from stepcoder.steps import task_run
from stepcoder.steps.encode import encode_task
from stepcoder.steps.finish import finish
from stepcoder.steps.inspect import inspect_input
from stepcoder.steps.package import package_output
from stepcoder.steps.verify import verify_output
from tests.clips import source
from tests.core.steps.conftest import OUT, Pipeline
from tests.core.steps.faults import count_often, ffmpegs
from tests.local.observing import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

HOOK = "https://hooks.example/done"
WEB: dict[str, Any] = {"label": "web", "url": f"{OUT}web.mp4", "speed": 5, "notifications": [HOOK]}
# Minutes of work for one task.
HEAVY = WEB | {"width": 2560, "upscale": True, "speed": 1, "one_pass": True, "video_bitrate": 4000}
HLS: dict[str, Any] = {"type": "segmented", "url": f"{OUT}h/a.m3u8", "speed": 5, "segment_seconds": 1}


def check_gone(pipeline: Pipeline, job: int) -> None:
    """The end of a cancelled job: states, buckets, and each target told exactly once."""
    assert finish(job, 0) == {"state": "cancelled"}
    assert {output.state for output in pipeline.outputs(job)} == {"cancelled"}
    assert pipeline.keys() == pipeline.keys("work-bucket") == []


def encode_in_background(job: int, task: str) -> tuple[threading.Thread, list[Any]]:
    answers: list[Any] = []
    thread = threading.Thread(target=lambda: answers.append(encode_task(job, task)), daemon=True)
    thread.start()
    return thread, answers


def test_a_running_encode_is_killed_within_seconds_and_the_rest_never_starts(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = pipeline.submit(source("cfr_25"), HEAVY, HLS, notifications=[HOOK])
    (wave,) = inspect_input(job, 0)["waves"]
    tasks = [item["task_id"] for item in pipeline.objects.get_json(wave["tasks"]["bucket"], wave["tasks"]["key"])]
    thread, answers = encode_in_background(job, tasks[0])
    wait_for(ffmpegs, 10)

    cancelled_at = time.monotonic()
    assert cancel_everything(job)
    thread.join(15)

    assert answers == [{"outcome": "stopped"}]
    assert time.monotonic() - cancelled_at < 8
    assert ffmpegs() == []
    monkeypatch.setattr(task_run, "run", None)  # nothing may be started any more
    assert [encode_task(job, task) for task in tasks] == [{"outcome": "stopped"}] * len(tasks)
    for item in wave["outputs"]:
        assert package_output(job, item["output_id"]) == {"outcome": "stopped"}
        assert verify_output(job, item["output_id"]) == {"outcome": "stopped"}
    check_gone(pipeline, job)
    first, second = (output.id for output in pipeline.outputs(job))
    told = pipeline.cloud.received()
    assert sorted(message["event_id"] for message in told) == sorted({message["event_id"] for message in told})
    assert [message["target"] for message in told] == [HOOK, HOOK]  # the first output's and the job's
    assert str(first) in "".join(message["event_id"] for message in told)
    assert str(second) not in "".join(message["event_id"] for message in told)
    assert pipeline.job(job).state == "cancelled"


def test_cancelling_before_the_inspection_stops_everything(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("cfr_25"), WEB)
    assert cancel_everything(job)
    assert inspect_input(job, 0)["outcome"] == "stopped"
    check_gone(pipeline, job)


def cancel_when_storing(monkeypatch: pytest.MonkeyPatch, job: int, bucket: str, key_part: str) -> None:
    """The customer cancels while an object is on its way."""
    store = Objects.upload_stream

    def upload(self: Objects, bucket_: str, key: str, *arguments: Any, **named: Any) -> int:
        if bucket_ == bucket and key_part in key:
            cancel_everything(job)
        return store(self, bucket_, key, *arguments, **named)

    monkeypatch.setattr(Objects, "upload_stream", upload)


@pytest.mark.parametrize("noticed", [True, False], ids=["noticed while uploading", "noticed afterwards"])
@pytest.mark.parametrize("asked", [WEB, HLS, HLS | {"format": "m4f", "streaming_delivery_format": "hls"}])
def test_cancelling_a_delivery_takes_back_what_was_delivered(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], noticed: bool
) -> None:
    if noticed:
        count_often(monkeypatch)
    stills = {"number": 2, "base_url": f"{OUT}stills/"}
    job = pipeline.submit(source("cfr_25"), asked | {"clip_length": 4, "thumbnails": stills})
    cancel_when_storing(monkeypatch, job, "output-bucket", "web" if asked is WEB else "a-00003")
    delivered: list[str] = []
    store = Objects.upload_stream
    monkeypatch.setattr(
        Objects, "upload_stream", lambda self, b, k, *a, **n: (delivered.append(b), store(self, b, k, *a, **n))[1]
    )

    pipeline.walk(job)

    assert "output-bucket" in delivered
    check_gone(pipeline, job)


def test_cancelling_after_one_output_is_finished_keeps_that_one(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("cfr_25"), WEB | {"clip_length": 2}, HLS)
    (wave,) = inspect_input(job, 0)["waves"]
    pipeline.run_tasks(wave["tasks"], encode_task)
    package_output(job, wave["outputs"][0]["output_id"])
    verify_output(job, wave["outputs"][0]["output_id"])
    cancel_everything(job)
    assert finish(job, 0) == {"state": "cancelled"}
    assert [output.state for output in pipeline.outputs(job)] == ["finished", "cancelled"]
    assert pipeline.keys() == ["job/web.mp4"]
