"""Watermarks and captions come from every kind of storage, with the login in their URLs."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from stepcoder import runtime
from stepcoder.errors import InputError
from stepcoder.steps.named_files import NamedFiles
from stepcoder.storage import Place, Secret
from tests.clips import source
from tests.clips.cache import ffmpeg
from tests.core.steps.conftest import OUT, Pipeline
from tests.servers.file_servers import Server
from tests.servers.object_stores import Store

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
CAPTIONS = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"


def logo() -> bytes:
    argv = [ffmpeg(), "-v", "error", "-f", "lavfi", "-i", "color=c=red:s=20x10,format=rgba", "-frames:v", "1"]
    return subprocess.run([*argv, "-c:v", "png", "-f", "image2pipe", "-"], capture_output=True, check=True).stdout


def job_with(pipeline: Pipeline, picture: Place, captions: Place, login: Secret) -> None:
    """A job with a watermark and captions from those places; both are delivered."""
    marked = {"url": f"{OUT}a.mp4", "size": "160x90", "speed": 5, "clip_length": 1, "skip_audio": True}
    job = pipeline.submit(
        source("cfr_25"),
        {**marked, "watermark": {"url": replace(picture, login=login).target, "x": 0, "y": 0}},
        {"type": "captions", "caption_url": replace(captions, login=login).target, "url": f"{OUT}a.vtt"},
    )
    assert pipeline.walk(job) == "finished", [output.error_message for output in pipeline.outputs(job)]
    assert pipeline.objects.get("output-bucket", "job/a.vtt").endswith(b"Hello\n")


def test_on_file_servers(pipeline: Pipeline, file_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPCODER_ALLOW_PRIVATE_HOSTS", f"127.0.0.1:{file_server.port}")
    runtime.settings.cache_clear()
    (file_server.folder / "a logo.png").write_bytes(logo())
    (file_server.folder / "en.vtt").write_bytes(CAPTIONS)
    job_with(pipeline, file_server.place("a logo.png"), file_server.place("en.vtt"), Secret("u", "p"))


def test_in_object_stores(pipeline: Pipeline, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPCODER_ALLOW_PRIVATE_HOSTS", store.host)
    runtime.settings.cache_clear()
    store.container.put("a/logo.png", logo(), "image/png")
    store.container.put("a/en.vtt", CAPTIONS, "text/vtt")
    job_with(pipeline, store.place("a/logo.png"), store.place("a/en.vtt"), store.login)


def test_a_job_s_files_are_fetched_within_a_time_together(pipeline: Pipeline) -> None:
    pipeline.objects.put("upload-bucket", "in/en.vtt", CAPTIONS)
    url = "s3://upload-bucket/in/en.vtt"
    assert NamedFiles(7).fetch(url, 1000) == CAPTIONS
    with pytest.raises(InputError, match=r"/en\.vtt was not fetched: .* took too long") as caught:
        NamedFiles(7, most_seconds=-1).fetch(url.replace("s3://", "s3://key:secret@"), 1000)
    assert caught.value.error_class == "DownloadTimeoutError" and "secret" not in caught.value.message
