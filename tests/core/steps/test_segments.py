"""Segments decode alone, start with keyframes, last as the playlist says; without a url they come as a ZIP."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import av
import pytest

from tests.clips import source
from tests.core.steps.conftest import OUT, Pipeline

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]

TS: dict[str, Any] = {"type": "segmented", "url": f"{OUT}ts/a.m3u8", "speed": 5, "segment_seconds": 3}
FMP4 = TS | {"url": f"{OUT}f/a.m3u8", "format": "m4f", "streaming_delivery_format": "hls"}


def playlist_entries(text: str) -> list[tuple[float, str]]:
    lines = text.splitlines()
    return [
        (float(line.removeprefix("#EXTINF:").rstrip(",")), lines[index + 1])
        for index, line in enumerate(lines)
        if line.startswith("#EXTINF")
    ]


def check_segment(data: bytes, seconds: float, rate: float) -> int:
    """The segment decodes by itself from a keyframe and shows `seconds` of frames; returns how many."""
    with av.open(io.BytesIO(data)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        assert packets[0].is_keyframe
    with av.open(io.BytesIO(data)) as container:
        frames = sum(1 for _ in container.decode(video=0))
    assert frames == round(seconds * rate)
    return frames


@pytest.mark.parametrize(("asked", "folder"), [(TS, "ts"), (FMP4, "f")], ids=["ts", "fmp4"])
@pytest.mark.parametrize("name", ["cfr_2997", "h264_ts", "mono"])
def test_segments_decode_alone_and_last_as_listed(
    pipeline: Pipeline, name: str, asked: dict[str, Any], folder: str
) -> None:
    job = pipeline.submit(source(name), asked)
    assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
    read = lambda file: pipeline.objects.get("output-bucket", f"job/{folder}/{file}")  # noqa: E731
    text = read("a.m3u8").decode()
    entries = playlist_entries(text)
    init = read("a-init.mp4") if folder == "f" else b""
    rate = 30000 / 1001 if name == "cfr_2997" else 25
    total = sum(check_segment(init + read(file), seconds, rate) for seconds, file in entries)
    assert total == pytest.approx(sum(seconds for seconds, _ in entries) * rate, abs=0.1)
    output = pipeline.output(job)
    assert output.facts["duration_in_ms"] == pytest.approx(sum(seconds for seconds, _ in entries) * 1000, abs=1)
    assert len(entries) > 3


def test_segments_without_a_url_come_as_one_zip(pipeline: Pipeline, tmp_path: Path) -> None:
    job = pipeline.submit(source("cfr_25"), {"type": "segmented", "speed": 5, "filename": "film.m3u8"})
    assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
    (key,) = pipeline.keys()
    assert key.endswith("/film.zip")
    with zipfile.ZipFile(pipeline.fetch(key, tmp_path)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["film-00001.ts", "film-00002.ts", "film.m3u8"]
        listed = [file for _, file in playlist_entries(archive.read("film.m3u8").decode())]
    assert listed == ["film-00001.ts", "film-00002.ts"]
    assert pipeline.output(job).facts["format"] == "mpeg-ts"


def test_a_master_playlist_says_what_its_streams_are(pipeline: Pipeline) -> None:
    streams = [{"path": "ts/a.m3u8", "source": "small"}, {"path": "f/a.m3u8", "source": "large"}]
    job = pipeline.submit(
        source("cfr_25"),
        TS | {"label": "small", "width": 160},
        FMP4 | {"label": "large"},
        {"type": "playlist", "url": f"{OUT}master.m3u8", "streams": streams},
    )
    assert pipeline.walk(job) == "finished", [output.error_message for output in pipeline.outputs(job)]
    text = pipeline.objects.get("output-bucket", "job/master.m3u8").decode()
    assert text.index("ts/a.m3u8") < text.index("f/a.m3u8")
    assert "RESOLUTION=160x90" in text
    assert "RESOLUTION=320x180" in text
    assert 'CODECS="avc1.' in text
    assert "FRAME-RATE=25.000" in text
