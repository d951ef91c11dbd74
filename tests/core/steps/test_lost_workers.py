"""Workers that die, tasks that arrive twice, tasks that can't be saved: what is counted, what comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stepcoder.aws.objects import Objects
from stepcoder.errors import OutputError, TryAgain
from stepcoder.records.store import Records
from stepcoder.steps import encode as encode_step
from stepcoder.steps.encode import encode_task
from stepcoder.steps.inspect import inspect_input
from stepcoder.steps.workspace import Workspace
from tests.clips import source
from tests.clips.frame_numbers import frame_numbers
from tests.cloud import at_once
from tests.core.steps.conftest import OUT, KilledWorker, Pipeline
from tests.core.steps.faults import kill_next_ffmpeg, once

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

WEB: dict[str, Any] = {"label": "web", "url": f"{OUT}web.mp4", "speed": 5}


def check_film(pipeline: Pipeline, job: int, directory: Path) -> None:
    """Every frame of cfr_25 once, everything counted exactly once, no work left behind."""
    assert pipeline.job(job).state == "finished", pipeline.output(job).error_message
    assert frame_numbers(pipeline.fetch("job/web.mp4", directory)) == list(range(300))
    output = pipeline.output(job)
    assert output.work_done == output.work_total > 0
    assert pipeline.keys("work-bucket") == []


def all_tasks(pipeline: Pipeline, planned: dict[str, Any]) -> list[str]:
    return [
        item["task_id"]
        for wave in planned["waves"]
        for item in pipeline.objects.get_json(wave["tasks"]["bucket"], wave["tasks"]["key"])
    ]


@pytest.mark.parametrize(
    ("place", "name", "dies"),
    [
        # Before the upload, after the upload but before the result, and while counting.
        (Objects, "upload_file", lambda _self, _path, _bucket, key, *_: "/00001.mp4" in key),
        (Workspace, "save_result", lambda _self, task, _result: task == "l0-00001-encode"),
        (Workspace, "save_result", lambda _self, task, _result: task == "a0-0000"),
    ],
    ids=["before the upload", "before the result", "sound before the result"],
)
def test_a_worker_that_dies_is_replaced_and_nothing_counts_twice(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, place: Any, name: str, dies: Any
) -> None:
    once(monkeypatch, place, name, dies, KilledWorker())
    calls: list[str] = []

    def encode(job_id: int, task_id: str) -> dict[str, str]:
        calls.append(task_id)
        return encode_task(job_id, task_id)

    job = pipeline.submit(source("cfr_25"), WEB)
    pipeline.walk(job, encode=encode)

    check_film(pipeline, job, tmp_path)
    assert len(calls) == len(pipeline.tasks_run) + 1


def test_a_killed_ffmpeg_is_a_reason_to_try_again(pipeline: Pipeline, tmp_path: Path) -> None:
    job = pipeline.submit(source("cfr_25"), WEB | {"speed": 2})
    planned = inspect_input(job, 0)
    first = all_tasks(pipeline, planned)[0]
    hunter = kill_next_ffmpeg()

    with pytest.raises(TryAgain, match="signal 9"):
        encode_task(job, first)
    hunter.join()
    pipeline.walk(job)

    check_film(pipeline, job, tmp_path)


def test_a_task_delivered_twice_one_after_the_other_counts_once(pipeline: Pipeline, tmp_path: Path) -> None:
    def twice(job_id: int, task_id: str) -> dict[str, str]:
        return [encode_task(job_id, task_id) for _ in range(2)][-1]

    job = pipeline.submit(source("cfr_25"), WEB)
    pipeline.walk(job, encode=twice)

    check_film(pipeline, job, tmp_path)


def test_a_task_delivered_twice_at_the_same_time_counts_once(pipeline: Pipeline, tmp_path: Path) -> None:
    def twins(job_id: int, task_id: str) -> dict[str, str]:
        answers = at_once(*[lambda: encode_task(job_id, task_id)] * 2)
        assert answers == [{"outcome": "done"}] * 2
        return dict(answers[0])

    job = pipeline.submit(source("cfr_25"), WEB)
    pipeline.walk(job, encode=twins)

    check_film(pipeline, job, tmp_path)


def test_a_count_that_fails_after_the_encode_does_not_cost_the_encode(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    encoded: list[str] = []
    kinds = {
        kind: lambda run, work=work: (encoded.append(run.task.id), work(run))[1]
        for kind, work in encode_step._KINDS.items()
    }
    monkeypatch.setattr(encode_step, "_KINDS", kinds)
    once(
        monkeypatch,
        Records,
        "tally",
        lambda _self, _job, _attempt, task, done, _outputs: task == "l0-00001-encode" and done > 0,
        TryAgain("The table is too busy."),
    )
    job = pipeline.submit(source("cfr_25"), WEB)
    pipeline.walk(job)

    assert pipeline.job(job).state == "finished", pipeline.output(job).error_message
    assert frame_numbers(pipeline.fetch("job/web.mp4", tmp_path)) == list(range(300))
    assert encoded.count("l0-00001-encode") == 1


def test_a_task_that_can_not_be_saved_fails_its_outputs_and_no_others(pipeline: Pipeline, tmp_path: Path) -> None:
    def unlucky(job_id: int, task_id: str) -> dict[str, str]:
        if task_id == "a0-0000":
            raise TryAgain("again and again")
        return encode_task(job_id, task_id)

    job = pipeline.submit(
        source("cfr_25"), WEB | {"skip_audio": True}, {"label": "loud", "url": f"{OUT}loud.mp4", "speed": 5}
    )
    assert pipeline.walk(job, encode=unlucky) == "failed"

    silent, loud = pipeline.outputs(job)
    assert (silent.state, loud.state) == ("finished", "failed")
    assert loud.error_class == "WorkerTimeoutError"
    assert (loud.error_message or "").endswith("submit the job again.")
    assert pipeline.keys() == ["job/web.mp4"]
    assert frame_numbers(pipeline.fetch("job/web.mp4", tmp_path)) == list(range(300))
    assert pipeline.keys("work-bucket") == []


def test_a_task_that_refuses_its_source_fails_at_once_and_the_rest_is_not_encoded(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[str] = []

    def refuse(run: Any) -> Any:
        started.append(run.task.id)
        raise OutputError("TranscodingError", "The source could not be encoded.")

    monkeypatch.setitem(encode_step._KINDS, "video", refuse)
    job = pipeline.submit(source("cfr_25"), WEB)

    assert pipeline.walk(job) == "failed"
    assert started == ["l0-00000-encode"]
    assert len(pipeline.tasks_run) > 3
    assert pipeline.output(job).error_class == "TranscodingError"
    assert pipeline.keys() == pipeline.keys("work-bucket") == []


def test_lost_first_passes_fail_their_output_and_leave_the_others_alone(pipeline: Pipeline) -> None:
    def no_analysis(job_id: int, task_id: str) -> dict[str, str]:
        if task_id.endswith("-analyse"):
            raise TryAgain("again and again")
        return encode_task(job_id, task_id)

    job = pipeline.submit(
        source("cfr_25"), WEB | {"video_bitrate": 300}, {"url": f"{OUT}good.mp4", "speed": 5, "label": "good"}
    )
    assert pipeline.walk(job, encode=no_analysis) == "failed"

    assert [output.state for output in pipeline.outputs(job)] == ["failed", "finished"]
    assert pipeline.keys() == ["job/good.mp4"]
