"""Sound: pieces carry exactly the samples of the whole, wherever they are cut and whatever the source."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from stepcoder.commands.audio_piece import encode_piece, sample_range
from stepcoder.mp4.join import Piece, join_audio
from stepcoder.mp4.movie import lay_out
from stepcoder.plan.audio import OVERLAP_FRAMES
from stepcoder.plan.model import AudioRendition
from stepcoder.steps.indexing import index_file
from tests.clips import source
from tests.core.commands.worker import ffmpeg, media_of, planned, run, served

pytestmark = pytest.mark.slow

PIECES = ((0, 130), (130, 260), (260, None))
PRE_ROLL = Fraction(1)


def rendition_of(path: Path, **members: object) -> AudioRendition:
    return planned(path, dict(members)).audio[0]


def unencoded(argv: list[str]) -> list[str]:
    """The same command, writing the samples themselves."""
    end = argv.index("-map") + 2
    return [*argv[:end], "-c:a", "pcm_s16le", "-f", "s16le", "-v", "warning", "-nostdin", "-y"]


def samples(url: str, rendition: AudioRendition, piece: tuple[int, int | None], out: Path) -> array[int]:
    pre_roll = PRE_ROLL if piece[0] else None
    run([*unencoded(encode_piece(url, rendition, piece, out, pre_roll=pre_roll)), str(out)])
    return array("h", out.read_bytes())


def channels_of(clip: Path) -> int:
    """Channels of the source: nothing is mixed before the encoder."""
    found = media_of(clip).audio
    assert found is not None
    return found.channels


SOURCES = ["cfr_25", "cfr_2997", "mkv", "h264_ts", "late_video", "mono", "edit_list", "fragmented"]


# Starts of clips that aren't whole samples, or aren't when a float holds them.
CLIPPED = [(name, start) for name in ("cfr_25", "h264_ts") for start in ("1.1", "1.234567")]


@pytest.mark.parametrize(("name", "start_clip"), [*((name, "0") for name in SOURCES), *CLIPPED])
def test_a_piece_has_exactly_the_samples_of_the_whole(tmp_path: Path, name: str, start_clip: str) -> None:
    clip = source(name)
    rendition = rendition_of(clip, start_clip=start_clip)
    out = tmp_path / "samples"
    with served(clip) as url:
        whole, channels = samples(url, rendition, (0, None), out), channels_of(clip)
        for piece in PIECES[1:]:
            first, last = sample_range(rendition, piece)
            expected = whole[first * channels : None if last is None else last * channels]
            found = samples(url, rendition, piece, out)
            assert len(found) == len(expected)
            # Lossy decoders, entered in the middle, round a little differently for a while. A sample's shift is 500.
            assert max(abs(one - other) for one, other in zip(found, expected, strict=True)) < 20, piece


def test_times_in_milliseconds_place_a_piece_to_the_millisecond(tmp_path: Path) -> None:
    """WebM rounds times, so a piece begun in the middle may lie a millisecond beside the whole, but no more."""
    clip = source("webm")
    rendition = rendition_of(clip)
    with served(clip) as url:
        whole = samples(url, rendition, (0, None), tmp_path / "samples")
        found = samples(url, rendition, PIECES[1], tmp_path / "samples")
    first, _ = sample_range(rendition, PIECES[1])
    start, window = first * channels_of(clip), found[:4000]
    shifts = [shift for shift in range(-60, 61) if whole[start + 2 * shift :][:4000] == window]
    assert shifts and abs(shifts[0]) <= 48


@pytest.mark.parametrize("members", [{}, {"start_clip": 2, "clip_length": 7.5}, {"audio_sample_rate": 44100}])
def test_joined_pieces_decode_to_the_samples_of_the_whole(tmp_path: Path, members: dict[str, object]) -> None:
    clip = source("cfr_25")
    rendition = rendition_of(clip, audio_bitrate=192, **members)
    whole, joined = (decoded(clip, rendition, pieces, tmp_path) for pieces in (((0, None),), PIECES))
    seconds = members.get("clip_length", 12)
    assert len(whole) == len(joined) == seconds * rendition.sample_rate * 2
    for cut in (130, 260):
        nearby = range(cut * 2048 - 8192, cut * 2048 + 8192)
        error = sum((joined[at] - whole[at]) ** 2 for at in nearby)
        # A sample lost or doubled would shift a tone of 900 Hz by a tenth of its height.
        assert error < 0.0005 * sum(whole[at] ** 2 for at in nearby), cut


def decoded(
    clip: Path, rendition: AudioRendition, pieces: tuple[tuple[int, int | None], ...], directory: Path
) -> array[int]:
    """The samples of a track encoded in pieces and joined."""
    joining = []
    with served(clip) as url:
        for number, (start, end) in enumerate(pieces):
            path = directory / f"{number}.mp4"
            run(encode_piece(url, rendition, (start, end), path, pre_roll=PRE_ROLL if start else None))
            index = index_file(path)
            assert index is not None
            keep = None if end is None else end - start
            joining.append(Piece(str(path), index, drop_first=min(start, OVERLAP_FRAMES), keep=keep))
    movie = directory / "joined.mp4"
    movie.write_bytes(b"".join(lay_out(None, join_audio(joining)).stream(read_range)))
    return array("h", ffmpeg("-i", str(movie), "-f", "s16le", "-"))


def read_range(name: str, offset: int, length: int) -> Iterator[bytes]:
    with Path(name).open("rb") as file:
        file.seek(offset)
        yield file.read(length)
