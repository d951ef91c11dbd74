"""`stepcoder encode` from file to files, through the running service."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import imageio_ffmpeg
import pytest

from stepcoder_local import cli
from stepcoder_local.media_report import describe_media
from stepcoder_local.ready import Ready
from stepcoder_local.transfers import Buckets

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("film") / "a film.mp4"
    pictures = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=24:d=2"]
    sound = ["-f", "lavfi", "-i", "sine=d=2", "-preset", "ultrafast"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *pictures, *sound, str(path)]
    subprocess.run(command, check=True, timeout=60)
    return path


def test_a_file_becomes_every_output_asked_for(
    embedded_service: Ready, film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps([{"label": "web"}, {"label": "hls", "type": "segmented", "segment_seconds": 1}]))
    directory = tmp_path / "out"
    arguments = ["encode", str(film), "--outputs", str(outputs), "-o", str(directory)]

    status = cli.main([*arguments, "--data-dir", embedded_service.data_dir])

    assert status == 0, capsys.readouterr().err
    files = [path.relative_to(directory) for path in map(Path, capsys.readouterr().out.splitlines())]
    assert {Path("web.mp4"), Path("hls/hls.m3u8")} <= set(files)
    assert len([path for path in files if path.parent == Path("hls")]) >= 3
    assert "h264 320x180 at 24/s" in describe_media(directory / "web.mp4")
    assert "h264 320x180" in describe_media(directory / "hls" / "hls.m3u8")
    client = Buckets(embedded_service).client
    for bucket in (embedded_service.upload_bucket, embedded_service.output_bucket):
        assert client.list_objects_v2(Bucket=bucket, Prefix="encode/")["KeyCount"] == 0


def test_what_is_not_a_film_is_a_sentence_and_status_1(
    embedded_service: Ready, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = tmp_path / "film.mp4"
    text.write_text("This is not a film.\n" * 100)

    status = cli.main(["encode", str(text), "-o", str(tmp_path / "out"), "--data-dir", embedded_service.data_dir])

    assert status == 1
    assert "The input failed: " in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
