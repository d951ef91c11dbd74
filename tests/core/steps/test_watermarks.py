"""Watermarks in whole jobs: the picture is fetched once, what can't be had fails only those who ask for it."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from stepcoder import runtime
from stepcoder.steps import opening
from tests.clips import source
from tests.clips.cache import ffmpeg
from tests.clips.pictures import png
from tests.core.net.servers import WebServer, status, whole
from tests.core.steps.conftest import OUT, Pipeline

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
SMALL = {"size": "160x90", "speed": 5, "clip_length": 1, "skip_audio": True}


@pytest.fixture
def web(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    with WebServer({"/logo.png": whole(png())}) as server:
        monkeypatch.setenv("STEPCODER_ALLOW_PRIVATE_HOSTS", f"127.0.0.1:{server.server_port}")
        runtime.settings.cache_clear()
        opening.guarded_client.cache_clear()
        yield server
    opening.guarded_client.cache_clear()


def output(name: str, *marks: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {"url": f"{OUT}{name}.mp4", **SMALL, "watermarks": list(marks), **members}


def redness(path: Path, x: int, y: int) -> list[int]:
    """How much redder than green that pixel is, in each frame."""
    argv = [ffmpeg(), "-v", "error", "-i", str(path), "-vf", f"crop=2:2:{x}:{y}", "-f", "rawvideo", "-pix_fmt", "rgb24"]
    pixels = subprocess.run([*argv, "-"], capture_output=True, check=True, timeout=20).stdout
    return [pixels[at] - pixels[at + 1] for at in range(0, len(pixels), 12)]


def fetched(web: WebServer) -> int:
    """How often a file was fetched: it takes a request to look at it and one to read it."""
    return len(web.requests) // 2


def test_every_frame_shows_it_and_it_is_fetched_once(pipeline: Pipeline, web: WebServer, tmp_path: Path) -> None:
    logo = {"url": web.url("/logo.png"), "x": 10, "y": 10}
    job = pipeline.submit(
        source("cfr_25"),
        output("marked", logo, clip_length=8, fixed_keyframe_interval=True, keyframe_interval=25),
        output("plain", clip_length=8),
        output("elsewhere", {**logo, "x": 100}, size="320x180"),
        output("sound only", logo, skip_video=True, skip_audio=False),
    )
    assert pipeline.walk(job) == "finished", [each.error_message for each in pipeline.outputs(job)]
    assert len([task for task in pipeline.tasks_run if task.endswith("-encode")]) > 2
    marked, plain, elsewhere = (
        pipeline.fetch(f"job/{name}.mp4", tmp_path) for name in ("marked", "plain", "elsewhere")
    )
    assert len(redness(marked, 18, 14)) == 200
    assert min(redness(marked, 18, 14)) > 200 and max(redness(plain, 18, 14)) < 150
    assert min(redness(elsewhere, 108, 14)) > 200
    assert fetched(web) == 1
    assert pipeline.job(job).warnings == []
    assert pipeline.keys("work-bucket") == []


def test_one_in_a_bucket_is_read_as_an_input_would_be(pipeline: Pipeline, tmp_path: Path) -> None:
    pipeline.objects.put("upload-bucket", "logos/a b.png", png())
    job = pipeline.submit(source("cfr_25"), output("a", {"url": "s3://upload-bucket/logos/a b.png", "x": 10, "y": 10}))
    assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
    assert min(redness(pipeline.fetch("job/a.mp4", tmp_path), 18, 14)) > 200


def test_two_passes_show_it_in_both(pipeline: Pipeline, web: WebServer, tmp_path: Path) -> None:
    logo = {"url": web.url("/logo.png"), "x": 10, "y": 10}
    job = pipeline.submit(source("cfr_25"), output("a", logo, video_bitrate=300, clip_length=4))
    assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
    assert min(redness(pipeline.fetch("job/a.mp4", tmp_path), 18, 14)) > 200


def test_what_can_not_be_had_fails_only_the_outputs_that_ask_for_it(pipeline: Pipeline, web: WebServer) -> None:
    web.routes |= {
        "/denied.png": status(403),
        "/page.png": whole(b"<html>Not here</html>"),
        "/logo.gif": whole(b"GIF89a" + bytes(40)),
        "/large.png": whole(b"\x89PNG" + bytes(20_000_001)),
    }
    names = ["none.png", "denied.png", "page.png", "logo.gif", "large.png"]
    login = web.url("").replace("http://", "http://ada:secret@")
    job = pipeline.submit(
        source("cfr_25"),
        output("good", {"url": web.url("/logo.png")}),
        *(output(name, {"url": f"{login}/{name}?token=secret"}) for name in names),
        output("ours", {"url": "s3://work-bucket/jobs/1/plan.json"}),
    )
    assert pipeline.walk(job) == "failed"
    good, *others = pipeline.outputs(job)
    assert good.state == "finished", good.error_message
    assert [other.error_class for other in others] == [
        "FileNotFoundError",
        "DownloadAccessDeniedError",
        "InvalidDownloadedFileTypeError",
        "UnsupportedEncodingError",
        "DownloadFailureError",
        "DownloadAccessDeniedError",
    ]
    for name, other in zip(names, others, strict=False):
        assert name in (other.error_message or "") and "secret" not in (other.error_message or "")


def test_one_that_does_not_fit_is_left_out_with_a_warning(pipeline: Pipeline, web: WebServer, tmp_path: Path) -> None:
    logo = {"url": web.url("/logo.png"), "x": 150, "y": 10}
    job = pipeline.submit(source("cfr_25"), output("a", logo), output("b", logo, strict=True), colour="blue")
    assert pipeline.walk(job) == "failed"
    loose, strict = pipeline.outputs(job)
    assert loose.state == "finished" and strict.error_class == "InvalidVideoSettingsError"
    assert max(redness(pipeline.fetch("job/a.mp4", tmp_path), 154, 14)) < 150
    place = "does not fit into the frame of 160x90 (20x10 at 150, 10)"
    assert pipeline.job(job).warnings == [f"Output {loose.id}: watermark 1 {place} and was left out."]
    assert place in (strict.error_message or "")


def test_a_repeated_inspection_tells_it_once(pipeline: Pipeline, web: WebServer) -> None:
    from stepcoder.steps.inspect import inspect_input

    job = pipeline.submit(source("cfr_25"), output("a", {"url": web.url("/logo.png"), "x": 150}))
    inspect_input(job, 0)
    inspect_input(job, 0)
    assert len(pipeline.job(job).warnings) == 1
    assert fetched(web) == 1


def test_thumbnails_are_without_it(pipeline: Pipeline, web: WebServer, tmp_path: Path) -> None:
    """They are taken from the source; the reference is silent."""
    logo = {"url": web.url("/logo.png"), "x": 10, "y": 10}
    stills = {"base_url": f"{OUT}stills/", "times": [0]}
    job = pipeline.submit(source("cfr_25"), output("a", logo, thumbnails=stills))
    assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
    assert max(redness(pipeline.fetch("job/stills/frame_0000.png", tmp_path), 18, 14)) < 150
