"""What a client sees who asks for progress all the time: it never goes back, never says 100 too early, and moves."""

from __future__ import annotations

from typing import Any

import pytest

from stepcoder.aws.table import Table
from stepcoder.dialects.zencoder.progress import job_progress
from stepcoder.jobs.reading import WholeJob
from stepcoder.records.store import records
from tests.clips import source
from tests.core.net.servers import WebServer, whole
from tests.core.steps.conftest import OUT, Pipeline
from tests.core.steps.faults import count_often

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

OUTPUTS: list[dict[str, Any]] = [
    {"label": "web", "url": f"{OUT}web.mp4", "speed": 5, "thumbnails": {"number": 2, "base_url": OUT}},
    {"label": "hls", "type": "segmented", "url": f"{OUT}h/a.m3u8", "speed": 5, "width": 160, "segment_seconds": 1},
    {"label": "two", "url": f"{OUT}two.mp4", "speed": 5, "video_bitrate": 300, "clip_length": 5, "width": 160},
    {"type": "playlist", "url": f"{OUT}m.m3u8", "streams": [{"path": "h/a.m3u8", "source": "hls"}]},
]


class Watcher:
    """Asks for a job's progress after every write to the table."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.seen: list[dict[str, Any]] = []
        self.job_id: int | None = None
        for name in ("update", "transact"):
            self._watch(monkeypatch, name, getattr(Table, name))

    def _watch(self, monkeypatch: pytest.MonkeyPatch, name: str, original: Any) -> None:
        def call(table: Table, *arguments: Any) -> Any:
            answer = original(table, *arguments)
            self.look()
            return answer

        monkeypatch.setattr(Table, name, call)

    def look(self) -> None:
        if self.job_id is not None:
            job = records().job(self.job_id)
            self.seen.append(job_progress(WholeJob(job, records().input(job.input_id), records().outputs(job))))


def shown(documents: list[dict[str, Any]]) -> list[float]:
    return [document["progress"] for document in documents if "progress" in document]


def check_rising(documents: list[dict[str, Any]]) -> None:
    values = shown(documents)
    assert values == sorted(values)
    assert all(0 <= value < 100 for value in values)
    assert all("progress" not in document for document in documents if document["state"] != "processing")


def test_progress_only_rises_and_ends_without_numbers(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    count_often(monkeypatch)
    watcher = Watcher(monkeypatch)
    with WebServer({"/film.mp4": whole(source("cfr_25").read_bytes())}) as server:  # without ranges: it is staged
        monkeypatch.setenv("STEPCODER_ALLOW_PRIVATE_HOSTS", "127.0.0.1")
        _forget_settings()
        watcher.job_id = pipeline.submit(server.url("/film.mp4"), *OUTPUTS)
        assert pipeline.walk(watcher.job_id) == "finished", pipeline.outputs(watcher.job_id)
    _forget_settings()

    check_rising(watcher.seen)
    values = shown(watcher.seen)
    assert len(set(values)) > 25
    assert max(values) > 95
    assert watcher.seen[-1]["state"] == "finished"
    assert all(set(each) == {"id", "state"} for each in (watcher.seen[-1]["input"], *watcher.seen[-1]["outputs"]))


def test_every_outputs_events_follow_each_other_and_uploading_moves(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_often(monkeypatch)
    watcher = Watcher(monkeypatch)
    watcher.job_id = pipeline.submit(source("cfr_25"), *OUTPUTS)
    assert pipeline.walk(watcher.job_id) == "finished"

    for index, asked in enumerate(OUTPUTS):
        documents = [document["outputs"][index] for document in watcher.seen]
        values = shown([document | {"state": "processing"} for document in documents if "progress" in document])
        assert values == sorted(values)
        events = [document["current_event"] for document in documents if "current_event" in document]
        assert events == sorted(events, key=["Downloading", "Transcoding", "Uploading"].index)
        uploading = [each["current_event_progress"] for each in documents if each.get("current_event") == "Uploading"]
        assert uploading == sorted(uploading)
        assert uploading[-1] == 100
        if asked.get("type") == "segmented":
            assert len(set(uploading)) > 5


def test_the_two_passes_of_a_single_chunk_count_as_one_task(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_often(monkeypatch)
    watcher = Watcher(monkeypatch)
    watcher.job_id = pipeline.submit(
        source("no_audio"), {"url": f"{OUT}web.mp4", "speed": 3, "video_bitrate": 300, "clip_length": 2}
    )
    assert pipeline.walk(watcher.job_id) == "finished"
    check_rising(watcher.seen)
    output = pipeline.output(watcher.job_id)
    assert output.work_done == output.work_total


def _forget_settings() -> None:
    from stepcoder import runtime
    from stepcoder.steps.opening import guarded_client

    runtime.settings.cache_clear()
    guarded_client.cache_clear()
