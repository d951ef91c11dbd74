"""Captions outputs in whole jobs: from the file that is named to the format asked for, like any other output."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stepcoder import runtime
from stepcoder.captions import read_captions
from stepcoder.steps import opening
from tests.clips import source
from tests.core.net.servers import WebServer, status, whole
from tests.core.steps.conftest import OUT, Pipeline

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]
SMALL = {"size": "160x90", "speed": 5, "clip_length": 1, "skip_audio": True}
SRT = "1\n00:00:01,000 --> 00:00:03,500\nHello <i>world</i>\n\n2\n00:00:04,000 --> 00:00:06,000\nBye\n"


@pytest.fixture
def web(pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    with WebServer({"/en.srt": whole(SRT.encode())}) as server:
        monkeypatch.setenv("STEPCODER_ALLOW_PRIVATE_HOSTS", f"127.0.0.1:{server.server_port}")
        runtime.settings.cache_clear()
        opening.guarded_client.cache_clear()
        yield server
    opening.guarded_client.cache_clear()


def captions(web: WebServer, name: str, **members: str) -> dict[str, str]:
    return {"type": "captions", "caption_url": web.url("/en.srt"), "url": f"{OUT}{name}", **members}


def test_one_file_becomes_every_format_asked_for(pipeline: Pipeline, web: WebServer) -> None:
    job = pipeline.submit(
        source("cfr_25"),
        captions(web, "en.vtt"),
        SMALL,
        captions(web, "en.dfxp"),
        captions(web, "en.txt", format="scc"),
        {"type": "captions", "captions_url": web.url("/en.srt"), "format": "vtt"},
        captions(web, "en.zip", package_format="zip", format="vtt"),
    )
    assert pipeline.walk(job) == "finished", [each.error_message for each in pipeline.outputs(job)]
    for name in ("en.vtt", "en.dfxp", "en.txt"):
        found = read_captions(pipeline.objects.get("output-bucket", f"job/{name}"), name).cues
        assert [cue.lines[0][0].text.strip() for cue in found] == ["Hello", "Bye"]
        assert [cue.end for cue in found] == pytest.approx([3500, 6000], abs=70)
    assert pipeline.objects.get("output-bucket", "job/en.vtt").startswith(b"WEBVTT\n\n00:00:01.000 --> 00:00:03.500\n")
    webvtt, _, _, _, temporary, bundle = pipeline.outputs(job)
    assert webvtt.facts["file_size_bytes"] == len(pipeline.objects.get("output-bucket", "job/en.vtt"))
    assert temporary.temporary and temporary.target.endswith(".vtt")
    assert pipeline.objects.get("output-bucket", "job/en.zip").startswith(b"PK") and bundle.state == "finished"
    # Looked at once and read once.
    assert len(web.requests) == 2
    assert pipeline.keys("work-bucket") == []


def test_a_file_that_can_not_be_had_fails_only_its_output(pipeline: Pipeline, web: WebServer) -> None:
    web.routes |= {
        "/denied": status(403),
        "/page": whole(b"<html>Not here</html>"),
        "/empty": whole(b"WEBVTT\n"),
        "/large": whole(b"WEBVTT\n" + b"x" * 5_000_000),
    }
    names = ["none", "denied", "page", "empty", "large"]
    login = web.url("").replace("http://", "http://ada:secret@")
    others = [captions(web, f"{name}.vtt", caption_url=f"{login}/{name}?token=secret") for name in names]
    job = pipeline.submit(source("cfr_25"), SMALL, captions(web, "en.vtt"), *others)
    assert pipeline.walk(job) == "failed"
    film, good, *failed = pipeline.outputs(job)
    assert (film.state, good.state) == ("finished", "finished")
    assert [each.error_class for each in failed] == [
        "FileNotFoundError",
        "DownloadAccessDeniedError",
        "InvalidDownloadedFileTypeError",
        "UnreadableFileError",
        "DownloadFailureError",
    ]
    for name, each in zip(names, failed, strict=True):
        assert name in (each.error_message or "") and "secret" not in (each.error_message or "")
