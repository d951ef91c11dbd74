"""Asked-for average bitrates over several chunks, and caps on the average."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import pytest

from stepcoder.plan.model import Capacity
from stepcoder.steps import inspect as inspect_step
from stepcoder.steps.wanted import capacity
from tests.clips import source
from tests.clips.frame_numbers import frame_numbers
from tests.core.steps.conftest import OUT, Pipeline

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

WEB: dict[str, Any] = {"url": f"{OUT}web.mp4", "speed": 5, "skip_audio": True}
FRAMES = 719  # of long_gop


@pytest.fixture(autouse=True)
def _chunks_of_some_seconds(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> None:
    # x264 itself misses an average over chunks of two or three seconds; real ones last ten and more.
    monkeypatch.setattr(inspect_step, "capacity", lambda: Capacity(vcpus=2, time_limit_seconds=1, relative_speed=0.9))


def video_kbps(path: Path) -> float:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        packets = [packet for packet in container.demux(stream) if packet.size]
        seconds = len(packets) / float(stream.average_rate or 25)
    return sum(packet.size for packet in packets) * 8 / 1000 / seconds


def made(pipeline: Pipeline, directory: Path, clip: str = "long_gop", **asked: Any) -> Path:
    job = pipeline.submit(source(clip), WEB | asked)
    assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
    return pipeline.fetch("job/web.mp4", directory)


@pytest.mark.parametrize("kbps", [250, 500])
def test_two_passes_over_several_chunks_give_the_asked_average(pipeline: Pipeline, tmp_path: Path, kbps: int) -> None:
    path = made(pipeline, tmp_path, video_bitrate=kbps)
    assert len([task for task in pipeline.tasks_run if task.endswith("-analyse")]) == 3
    assert video_kbps(path) == pytest.approx(kbps, rel=0.05)
    assert frame_numbers(path) == list(range(FRAMES))


def test_two_passes_in_one_chunk_give_the_asked_average(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspect_step, "capacity", capacity)
    path = made(pipeline, tmp_path, "cfr_25", video_bitrate=300)
    assert pipeline.tasks_run == ["l0-00000-encode"]
    assert video_kbps(path) == pytest.approx(300, rel=0.05)


def test_a_cap_on_the_average_binds_constant_quality(pipeline: Pipeline, tmp_path: Path) -> None:
    free = video_kbps(made(pipeline, tmp_path))
    cap = round(free / 2)
    capped = video_kbps(made(pipeline, tmp_path, max_video_bitrate=cap))
    assert capped == pytest.approx(cap, rel=0.05)


def test_a_cap_above_what_constant_quality_needs_changes_nothing(pipeline: Pipeline, tmp_path: Path) -> None:
    free = made(pipeline, tmp_path, "cfr_25").read_bytes()
    assert len(made(pipeline, tmp_path, "cfr_25", max_video_bitrate=20000).read_bytes()) == pytest.approx(
        len(free), rel=0.02
    )
