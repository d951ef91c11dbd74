"""Steps that run again, half-way or from the beginning, and sources and files that change under them."""

from __future__ import annotations

from typing import Any

import pytest

from stepcoder.aws.objects import Objects
from stepcoder.jobs.ending import cancel_everything
from stepcoder.steps.encode import encode_task
from stepcoder.steps.finish import finish
from stepcoder.steps.inspect import inspect_input
from stepcoder.steps.package import package_output
from stepcoder.steps.verify import verify_output
from tests.clips import source
from tests.cloud import at_once
from tests.core.steps.conftest import OUT, KilledWorker, Pipeline
from tests.core.steps.faults import once, sick
from triggers import execution_ended

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

HOOK = "https://hooks.example/done"
STILLS = {"number": 2, "base_url": f"{OUT}stills/"}
WEB: dict[str, Any] = {"label": "web", "url": f"{OUT}web.mp4", "speed": 5, "clip_length": 5, "notifications": [HOOK]}
HLS: dict[str, Any] = {
    **{"type": "segmented", "label": "hls", "url": f"{OUT}h/a.m3u8", "speed": 5},
    **{"segment_seconds": 1, "clip_length": 5},
}
FMP4 = HLS | {"format": "m4f", "streaming_delivery_format": "hls"}


def encoded(pipeline: Pipeline, *asked: dict[str, Any], **job: Any) -> tuple[int, list[int]]:
    """A job whose tasks are done, and its outputs' ids."""
    job_id = pipeline.submit(source("cfr_25"), *asked, **job)
    for wave in inspect_input(job_id, 0)["waves"]:
        pipeline.run_tasks(wave["tasks"], encode_task)
    return job_id, [output.id for output in pipeline.outputs(job_id)]


@pytest.mark.parametrize(
    ("asked", "dies_at"),
    [(WEB, "frame_0001"), (HLS, "a-00003"), (HLS, "a.m3u8"), (FMP4, "a-00004"), (FMP4, "a-init")],
    ids=["mp4 at a still", "ts at a segment", "ts at the playlist", "fmp4 at a segment", "fmp4 at its beginning"],
)
def test_a_delivery_begun_by_a_dead_worker_is_completed_to_the_same_files(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any], dies_at: str
) -> None:
    job, (output,) = encoded(pipeline, asked | {"thumbnails": STILLS})
    with monkeypatch.context() as patch:
        once(patch, Objects, "upload_stream", lambda _self, _bucket, key, *_: dies_at in key, KilledWorker())
        with pytest.raises(KilledWorker):
            package_output(job, output)
        begun = pipeline.keys()

    assert package_output(job, output) == {"outcome": "done"}
    assert verify_output(job, output) == {"outcome": "done"}
    assert finish(job, 0) == {"state": "finished"}
    whole = pipeline.keys()
    assert set(begun) < set(whole)

    files = {key: pipeline.objects.get("output-bucket", key) for key in whole}
    pipeline.objects.delete_prefix("output-bucket", "job/")
    again = pipeline.submit(source("cfr_25"), asked | {"thumbnails": STILLS})
    assert pipeline.walk(again) == "finished"
    assert pipeline.keys() == whole
    assert {key: pipeline.objects.get("output-bucket", key) for key in whole} == files


def test_every_step_twice_says_and_makes_the_same(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("cfr_25"), WEB, notifications=[HOOK])
    first, second = inspect_input(job, 0), inspect_input(job, 0)
    assert first == second
    assert first["outcome"] == "planned"
    (wave,) = first["waves"]
    pipeline.run_tasks(wave["tasks"], encode_task)
    (output,) = (output.id for output in pipeline.outputs(job))
    assert inspect_input(job, 0) == first  # delivered once more, late
    assert [package_output(job, output) for _ in range(2)] == [{"outcome": "done"}] * 2
    assert verify_output(job, output) == {"outcome": "done"}
    facts = pipeline.output(job).facts
    verify_output(job, output)
    assert [finish(job, 0) for _ in range(2)] == [{"state": "finished"}] * 2
    assert pipeline.output(job).facts == facts
    assert pipeline.output(job).work_done == pipeline.output(job).work_total
    assert pipeline.keys() == ["job/web.mp4"]
    assert pipeline.keys("work-bucket") == []
    assert len(pipeline.cloud.events()) == 2  # the output's and the job's
    assert inspect_input(job, 0)["outcome"] == "stopped"
    assert pipeline.keys("work-bucket") == []


def test_inspecting_twice_at_once_plans_once(pipeline: Pipeline) -> None:
    job = pipeline.submit(source("cfr_25"), WEB)
    first, second = at_once(lambda: inspect_input(job, 0), lambda: inspect_input(job, 0))
    assert first == second
    assert first["outcome"] == "planned"
    pipeline.run_wave(job, first["waves"][0])
    assert finish(job, 0) == {"state": "finished"}
    assert pipeline.output(job).work_done == pipeline.output(job).work_total


def test_a_file_that_vanished_from_its_destination_fails_the_output_and_what_lists_it(pipeline: Pipeline) -> None:
    streams = [{"path": "h/a.m3u8", "source": "hls"}]
    job = pipeline.submit(source("cfr_25"), HLS, {"type": "playlist", "url": f"{OUT}m.m3u8", "streams": streams})
    media, playlists = inspect_input(job, 0)["waves"]
    pipeline.run_tasks(media["tasks"], encode_task)
    (output,) = (item["output_id"] for item in media["outputs"])
    package_output(job, output)
    pipeline.objects.delete("output-bucket", "job/h/a-00001.ts")

    assert verify_output(job, output) == {"outcome": "failed"}
    pipeline.run_wave(job, playlists)
    assert finish(job, 0) == {"state": "failed"}
    first, master = pipeline.outputs(job)
    assert (first.error_class, master.error_class) == ("UploadFailureError", "InputFileNotFound")
    assert pipeline.keys() == []


def test_a_file_that_was_replaced_by_rubbish_fails_the_output(pipeline: Pipeline) -> None:
    job, (output,) = encoded(pipeline, WEB)
    package_output(job, output)
    size = len(pipeline.objects.get("output-bucket", "job/web.mp4"))
    pipeline.objects.put("output-bucket", "job/web.mp4", bytes(size))
    assert verify_output(job, output) == {"outcome": "failed"}
    assert pipeline.output(job).error_class == "UploadFailureError"


def test_a_destination_that_can_not_be_read_back_is_named_so(pipeline: Pipeline) -> None:
    job, (output,) = encoded(pipeline, WEB)
    package_output(job, output)
    with sick("HeadObject", "/output-bucket", "AccessDenied", 1):
        assert verify_output(job, output) == {"outcome": "failed"}
    assert pipeline.output(job).error_class == "UploadAccessDeniedError"
    assert "s3:GetObject" in (pipeline.output(job).error_message or "")


@pytest.mark.parametrize("at", ["the second chunk", "the sound"])
def test_a_source_that_is_replaced_while_it_is_encoded_fails_the_job(pipeline: Pipeline, at: str) -> None:
    def encode(job_id: int, task_id: str) -> dict[str, str]:
        if task_id == ("l0-00001-encode" if at == "the second chunk" else "a0-0000"):
            pipeline.objects.upload_file(source("no_audio"), "upload-bucket", f"in/{source('cfr_25').name}")
        return encode_task(job_id, task_id)

    job = pipeline.submit(source("cfr_25"), WEB)
    assert pipeline.walk(job, encode=encode) == "failed"
    output = pipeline.output(job)
    assert output.error_class == "DownloadFailureError"
    assert "was changed while it was being read" in (output.error_message or "")
    assert pipeline.keys() == pipeline.keys("work-bucket") == []


def test_a_source_that_is_removed_while_it_is_encoded_fails_the_job(pipeline: Pipeline) -> None:
    def encode(job_id: int, task_id: str) -> dict[str, str]:
        pipeline.objects.delete("upload-bucket", f"in/{source('cfr_25').name}")
        return encode_task(job_id, task_id)

    job = pipeline.submit(source("cfr_25"), WEB)
    assert pipeline.walk(job, encode=encode) == "failed"
    assert pipeline.output(job).error_class == "FileNotFoundError"
    assert pipeline.keys() == pipeline.keys("work-bucket") == []


def test_an_execution_that_is_stopped_from_outside_leaves_nothing_of_its_job(pipeline: Pipeline) -> None:
    job, (first, _) = encoded(pipeline, WEB, HLS)
    package_output(job, first)
    execution_ended.handler({"detail": {"name": f"job-{job}-0", "status": "ABORTED"}}, None)
    assert [output.state for output in pipeline.outputs(job)] == ["failed", "failed"]
    assert pipeline.keys() == pipeline.keys("work-bucket") == []


def test_a_cancelled_job_whose_execution_is_stopped_from_outside_leaves_nothing_either(pipeline: Pipeline) -> None:
    job, (first, _) = encoded(pipeline, WEB, HLS)
    package_output(job, first)
    assert pipeline.keys()
    assert cancel_everything(job)
    execution_ended.handler({"detail": {"name": f"job-{job}-0", "status": "ABORTED"}}, None)
    assert pipeline.keys() == pipeline.keys("work-bucket") == []
