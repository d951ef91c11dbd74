"""The loopback server under its real client."""

from __future__ import annotations

from pathlib import Path

import imageio_ffmpeg
import pytest

from stepcoder.errors import InputError
from stepcoder.process import Finished, run
from stepcoder.range_reader import RangeReader
from stepcoder.sources.file import SourceFile
from stepcoder.sources.http import HttpSource
from tests.core.net.servers import WebServer, client, ranged
from tests.core.sources.fakes import FakeSource

FFMPEG = imageio_ffmpeg.get_ffmpeg_exe()


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A minute of noise-like picture: as MP4 with its index at the end, as MP4 with it in front, and as TS."""
    folder = tmp_path_factory.mktemp("films")
    made = {"end": folder / "end.mp4", "front": folder / "front.mp4", "ts": folder / "film.ts"}
    film = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=60,noise=alls=40:allf=t"]
    codec = ["-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-b:v", "1500k", "-threads", "2"]
    assert run([FFMPEG, *film, *codec, str(made["end"])]).ok
    copy = [FFMPEG, "-i", str(made["end"]), "-c", "copy"]
    assert run([*copy, "-movflags", "+faststart", str(made["front"])]).ok
    assert run([*copy, str(made["ts"])]).ok
    return made


def hashes(url: str, seek: float | None = None) -> tuple[Finished, str]:
    """ffmpeg's framemd5 of one second."""
    lines: list[str] = []
    at = [] if seek is None else ["-ss", str(seek)]
    done = run(
        [FFMPEG, "-loglevel", "error", *at, "-i", url, "-t", "1", "-an", "-f", "framemd5", "/dev/stderr"],
        on_stderr=lines.append,
        timeout=60,
    )
    return done, "\n".join(line for line in lines if not line.startswith("#"))


@pytest.mark.parametrize("kind", ["end", "front", "ts"])
@pytest.mark.parametrize("seek", [None, 31.2, 58.9])
def test_reads_the_same_frames_as_from_the_file(films: dict[str, Path], kind: str, seek: float | None) -> None:
    source = FakeSource(films[kind].read_bytes())
    with RangeReader() as reader:
        done, through_reader = hashes(reader.serve(source), seek)
        reader.check()
    assert done.ok, done.stderr_tail
    assert through_reader
    assert through_reader == hashes(str(films[kind]), seek)[1]
    if kind == "front" and seek == 58.9:
        assert sum(length for _, length in source.reads) < 0.5 * source.size


def test_reads_through_the_guarded_client(films: dict[str, Path]) -> None:
    with WebServer({"/film": ranged(films["end"].read_bytes())}) as server, RangeReader() as reader:
        source = HttpSource(server.url("/film"), client())
        assert hashes(reader.serve(source), 31.2)[1] == hashes(str(films["end"]), 31.2)[1]
        assert server.connections <= 8


def test_a_stream_can_be_decoded_while_it_arrives(films: dict[str, Path]) -> None:
    with RangeReader() as reader:
        done, frames = hashes(reader.serve(FakeSource(films["ts"].read_bytes(), ranges=False)))
    assert done.ok
    assert frames == hashes(str(films["ts"]))[1]


def test_the_true_error_is_known_when_ffmpeg_fails(films: dict[str, Path]) -> None:
    source = FakeSource(films["end"].read_bytes())
    with RangeReader() as reader:
        url = reader.serve(source)
        source.failure = InputError("DownloadAccessDeniedError", "closed meanwhile")
        assert not hashes(url)[0].ok
        with pytest.raises(InputError, match="closed meanwhile"):
            reader.check()


def test_pyav_reads_a_source_file(films: dict[str, Path]) -> None:
    av = pytest.importorskip("av")
    for path in films.values():
        with av.open(SourceFile(FakeSource(path.read_bytes()))) as container:
            container.seek(30_000_000)
            assert next(container.decode(video=0)).width == 320


def test_pyav_hands_on_what_the_source_said(films: dict[str, Path]) -> None:
    av = pytest.importorskip("av")
    source = FakeSource(films["end"].read_bytes())
    source.failure = InputError("FileNotFoundError", "gone")
    file = SourceFile(source)
    with pytest.raises(Exception):  # noqa: B017
        av.open(file)
    assert file.error is source.failure
