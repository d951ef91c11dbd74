"""S3 that answers with errors for a while, or for good: the job comes out right, or fails leaving nothing behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stepcoder.errors import TryAgain
from stepcoder.records.store import Records
from stepcoder.steps.encode import encode_task
from stepcoder.steps.finish import finish
from stepcoder.steps.inspect import inspect_input
from stepcoder.steps.package import package_output
from tests.clips import source
from tests.clips.frame_numbers import frame_numbers
from tests.core.steps.conftest import OUT, Pipeline
from tests.core.steps.faults import count_often, hurry, sick

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

WEB: dict[str, Any] = {"label": "web", "url": f"{OUT}web.mp4", "speed": 5}
SHORT = WEB | {"clip_length": 2}
HLS: dict[str, Any] = {"type": "segmented", "url": f"{OUT}h/a.m3u8", "speed": 5, "segment_seconds": 2, "clip_length": 6}
# botocore tries a request five times, and the state machine tries a task four times.
BRIEF, STUBBORN = 2, 12


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


def until_it_works(step: Any, *arguments: Any) -> Any:
    """As the state machine: four attempts."""
    for _ in range(3):
        try:
            return step(*arguments)
        except TryAgain:
            continue
    return step(*arguments)


@pytest.mark.parametrize(("code", "times"), [("SlowDown", BRIEF), ("InternalError", STUBBORN)])
@pytest.mark.parametrize(
    ("operation", "key"),
    [
        ("PutObject", "/video/"),  # storing a chunk
        ("PutObject", "/results/l0"),  # storing a result
        ("PutObject", "output-bucket"),  # delivering
        ("GetObject", "/in/"),  # reading the source
        ("GetObject", "/video/"),  # joining
        ("HeadObject", "/results/"),  # looking for a result
    ],
)
def test_passing_errors_of_s3_are_outlived(
    pipeline: Pipeline, tmp_path: Path, operation: str, key: str, code: str, times: int
) -> None:
    job = pipeline.submit(source("no_audio"), WEB | {"clip_length": 5})
    with sick(operation, key, code, times) as fault:
        planned = until_it_works(inspect_input, job, 0)
        (wave,) = planned["waves"]
        until_it_works(pipeline.run_wave, job, wave)
        assert finish(job, 0)["state"] == "finished", pipeline.output(job).error_message

    assert fault.answered == times
    assert frame_numbers(pipeline.fetch("job/web.mp4", tmp_path)) == list(range(125))
    output = pipeline.output(job)
    assert output.work_done == output.work_total
    assert pipeline.keys("work-bucket") == []


def test_a_table_that_is_busy_does_not_spoil_an_encode_or_a_delivery(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counting fails all the time while ffmpeg runs and files are on their way; only first and last counts succeed."""
    count_often(monkeypatch)
    tally, upload, refused = Records.tally, Records.tally_upload, list[str]()

    def busy_tally(self: Records, job: int, attempt: int, task: str, done: int, outputs: Any) -> bool:
        if 0 < done < weight_of(pipeline, job, task):
            refused.append(task)
            raise TryAgain("The table is too busy.")
        return tally(self, job, attempt, task, done, outputs)

    def busy_upload(self: Records, output: int, done: int, total: int) -> bool:
        if done:
            refused.append("upload")
            raise TryAgain("The table is too busy.")
        return upload(self, output, done, total)

    monkeypatch.setattr(Records, "tally", busy_tally)
    monkeypatch.setattr(Records, "tally_upload", busy_upload)
    job = pipeline.submit(source("no_audio"), HLS)
    assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
    assert "upload" in refused


def weight_of(pipeline: Pipeline, job: int, task: str) -> int:
    return pipeline.plan(job).task(task).weight


def test_clearing_up_is_tried_again(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("no_audio"), WEB | {"clip_length": 1})
    with sick("DeleteObjects", "work-bucket", "SlowDown", 7):
        (wave,) = inspect_input(job, 0)["waves"]
        pipeline.run_wave(job, wave)
        with pytest.raises(TryAgain):
            finish(job, 0)
        assert finish(job, 0) == {"state": "finished"}
    assert pipeline.keys("work-bucket") == []


# Version 1 knows no other place to go to (zencoder-api 4.4); what the others do is test_fallback.py.
@pytest.mark.parametrize(
    ("asked", "key", "code", "error_class"),
    [
        (SHORT, "web.mp4", "AccessDenied", "UploadAccessDeniedError"),
        (HLS, "a-00003.ts", "AccessDenied", "UploadAccessDeniedError"),
        (HLS, "a.m3u8", "InternalError", "UploadFailureError"),
        (SHORT | {"thumbnails": {"number": 2, "base_url": OUT}}, "frame_0001", "InternalError", "UploadFailureError"),
    ],
    ids=["the file", "a segment", "the playlist", "a still"],
)
def test_a_delivery_that_fails_for_good_leaves_nothing(
    pipeline: Pipeline, asked: dict[str, Any], key: str, code: str, error_class: str
) -> None:
    job = pipeline.submit(source("no_audio"), asked, api_version="v1")
    with sick("PutObject", key, code, 10_000):
        assert pipeline.walk(job) == "failed"
    assert pipeline.output(job).error_class == error_class
    assert (pipeline.output(job).error_message or "").endswith(".")
    assert pipeline.keys() == pipeline.keys("work-bucket") == []


def test_a_bucket_that_is_gone_fails_the_output_and_says_so(pipeline: Pipeline) -> None:
    job = pipeline.submit(
        source("no_audio"), SHORT | {"url": "s3://nobodys-bucket/web.mp4"}, SHORT | {"label": "other"}, api_version="v1"
    )
    assert pipeline.walk(job) == "failed"
    assert [output.state for output in pipeline.outputs(job)] == ["failed", "finished"]
    assert pipeline.output(job).error_class == "S3BucketNotFoundError"


def test_a_bucket_that_allows_writing_only_fails_the_output_with_the_true_reason(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("no_audio"), HLS, api_version="v1")
    with (
        sick("PutObject", "a-00003.ts", "AccessDenied", 10_000),
        sick("DeleteObject", "output-bucket", "AccessDenied", 10_000) as refused,
    ):
        assert pipeline.walk(job) == "failed"
        assert refused.answered
    assert pipeline.output(job).error_class == "UploadAccessDeniedError"


def test_what_was_delivered_before_a_worker_died_goes_when_the_output_fails_after_all(pipeline: Pipeline) -> None:
    """The second attempt finds the first one's file at the output's place: it must not take it for the customer's."""
    job = pipeline.submit(source("no_audio"), SHORT | {"thumbnails": {"number": 1, "base_url": OUT}}, api_version="v1")
    (wave,) = inspect_input(job, 0)["waves"]
    pipeline.run_tasks(wave["tasks"], encode_task)
    output = pipeline.output(job).id
    with sick("PutObject", "frame_0000", "InternalError", 10_000) as fault, pytest.MonkeyPatch.context() as patch:
        patch.setattr("stepcoder.steps.delivery.Delivery.withdraw", _dies)
        with pytest.raises(_Died):
            package_output(job, output)
        assert pipeline.keys() == ["job/web.mp4"]
        patch.undo()
        assert package_output(job, output) == {"outcome": "failed"}
        assert fault.answered
    assert finish(job, 0) == {"state": "failed"}
    assert pipeline.keys() == []


class _Died(Exception):
    """A worker vanished before it could clear up."""


def _dies(*_: object) -> None:
    raise _Died


def test_a_customers_earlier_file_survives_a_failed_job(pipeline: Pipeline) -> None:
    for name in ("a.m3u8", "a-00001.ts"):
        pipeline.objects.put("output-bucket", f"job/h/{name}", "of last week")
    job = pipeline.submit(source("no_audio"), HLS, api_version="v1")
    with sick("PutObject", "a.m3u8", "AccessDenied", 10_000):
        assert pipeline.walk(job) == "failed"
    assert {"job/h/a.m3u8", "job/h/a-00001.ts"} <= set(pipeline.keys())
    assert pipeline.objects.get("output-bucket", "job/h/a.m3u8") == b"of last week"
