"""A joined movie must be the film that one unchunked encode would have made, and playable while it downloads."""

from __future__ import annotations

import time
from array import array
from fractions import Fraction
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepcoder.mp4.boxes import boxes, children, find, need
from stepcoder.mp4.errors import JoinError
from stepcoder.mp4.join import JoinedTrack
from stepcoder.mp4.movie import Movie, lay_out
from stepcoder.mp4.payload import Run
from tests.core.mp4.films import RATE, Film, ffmpeg, read_range, tone
from tests.core.mp4.tracks import AUDIO_TRACK, VIDEO_TRACK, made_track


def written(movie: Movie, path: Path) -> Path:
    path.write_bytes(b"".join(movie.stream(read_range)))
    return path


def timeline(path: Path, kind: str) -> list[tuple[int | None, int | None, int | None, bool]]:
    """pts, dts, duration and keyframe flag of each packet."""
    with av.open(str(path)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        found = [packet for packet in container.demux(stream) if packet.size]
        return [(packet.pts, packet.dts, packet.duration, packet.is_keyframe) for packet in found]


def frame_hashes(path: Path) -> list[str]:
    lines = (
        ffmpeg("-i", str(path), "-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-").decode().split("\n")
    )
    return [line for line in lines if line and not line.startswith("#")]


def test_the_joined_video_has_the_packets_and_frames_of_the_whole_encode(film: Film, tmp_path: Path) -> None:
    joined = written(lay_out(film.video(), film.sound()), tmp_path / "joined.mp4")
    assert timeline(joined, "video") == timeline(film.whole_video, "video")
    assert frame_hashes(joined) == frame_hashes(film.whole_video)


def test_every_frame_is_there_at_its_exact_time(film: Film, tmp_path: Path) -> None:
    joined = written(lay_out(film.video(), film.sound()), tmp_path / "joined.mp4")
    with av.open(str(joined)) as container:
        stream = container.streams.video[0]
        assert stream.frames == film.frames
        times = [frame.pts * stream.time_base for frame in container.decode(stream)]
    assert times == [number / film.fps for number in range(film.frames)]


def test_the_joined_audio_has_as_many_packets_as_the_whole_encode_and_no_gap(film: Film, tmp_path: Path) -> None:
    joined = timeline(written(lay_out(film.video(), film.sound()), tmp_path / "joined.mp4"), "audio")
    assert joined == timeline(film.whole_audio, "audio")
    assert [dts for _, dts, _, _ in joined] == [1024 * number - 1024 for number in range(len(joined))]


def test_decoded_audio_has_exactly_the_samples_of_the_source(film: Film, tmp_path: Path) -> None:
    joined = written(lay_out(film.video(), film.sound()), tmp_path / "joined.mp4")
    assert len(ffmpeg("-i", str(joined), "-map", "0:a", "-f", "s16le", "-")) == film.samples * 2 * 2


def test_sound_at_the_joins_is_as_true_to_the_source_as_the_whole_encode(ntsc: Film, tmp_path: Path) -> None:
    joined = written(lay_out(ntsc.video(), ntsc.sound()), tmp_path / "joined.mp4")
    source = waveform("-f", "lavfi", "-i", tone(ntsc.samples))
    # The fragmented file has no edit list, so its decoder doesn't drop the priming.
    ours, whole = waveform("-i", str(joined)), waveform("-i", str(ntsc.whole_audio))[1024:]
    third = ntsc.samples // 1024 // 3 * 1024
    for join in (third, 2 * third):
        nearby = range(join - 4096, join + 4096)
        error, usual = (sum((sound[at] - source[at]) ** 2 for at in nearby) for sound in (ours, whole))
        assert error < 2 * usual


def waveform(*arguments: str) -> array[int]:
    return array("h", ffmpeg(*arguments, "-map", "0:a", "-f", "s16le", "-ac", "1", "-"))


def test_sound_and_picture_start_together(film: Film, tmp_path: Path) -> None:
    joined = written(lay_out(film.video(), film.sound()), tmp_path / "joined.mp4")
    with av.open(str(joined)) as container:
        assert [stream.start_time for stream in container.streams] == [0, 0]


def test_a_track_that_starts_late_stays_late(ntsc: Film, tmp_path: Path) -> None:
    audio = ntsc.sound()
    late = JoinedTrack(audio.track, audio.media_time - RATE, audio.samples, audio._extents)
    joined = written(lay_out(ntsc.video(), late), tmp_path / "late.mp4")
    with av.open(str(joined)) as container:
        first = next(container.decode(container.streams.audio[0]))
        # Priming isn't hidden before a late start, so the first frame shown is the priming frame at its own time.
        assert first.pts * first.time_base == Fraction(RATE - 1024, RATE) == late.start


def test_told_a_duration_the_audio_ends_there(ntsc: Film, tmp_path: Path) -> None:
    movie = lay_out(ntsc.video(), ntsc.sound(), audio_duration=Fraction(3))
    decoded = ffmpeg("-i", str(written(movie, tmp_path / "short.mp4")), "-map", "0:a", "-f", "s16le", "-")
    assert len(decoded) == 3 * RATE * 2 * 2


def test_the_index_comes_first_and_the_size_is_known_beforehand(film: Film) -> None:
    movie = lay_out(film.video(), film.sound())
    data = b"".join(movie.stream(read_range))
    assert [found.kind for found in boxes(data)] == [b"ftyp", b"moov", b"mdat"]
    assert len(data) == movie.size
    assert movie.duration == max(film.frames / film.fps, Fraction(film.samples, RATE))


def test_one_track_alone_is_a_movie_too(ntsc: Film, tmp_path: Path) -> None:
    sound = written(lay_out(audio=ntsc.sound()), tmp_path / "sound.mp4")
    assert len(ffmpeg("-i", str(sound), "-f", "s16le", "-")) == ntsc.samples * 2 * 2
    silent = written(lay_out(ntsc.video()), tmp_path / "silent.mp4")
    assert timeline(silent, "video") == timeline(ntsc.whole_video, "video")


def test_a_movie_without_tracks_is_refused() -> None:
    with pytest.raises(JoinError):
        lay_out()


def test_64_bit_offsets_are_used_only_beyond_4_gigabytes() -> None:
    def kinds(frame_size: int) -> set[bytes]:
        movie = lay_out(made_track(VIDEO_TRACK, [30000] * 100, sizes=[frame_size] * 100))
        moov = need(movie.header, b"moov")
        stbl = need(movie.header, b"trak", b"mdia", b"minf", b"stbl", inside=moov)
        assert movie.size == len(movie.header) + 100 * frame_size
        return {kind for kind in (b"stco", b"co64") if children(movie.header, stbl, kind)}

    assert kinds(40_000_000) == {b"stco"}
    assert kinds(50_000_000) == {b"co64"}


def test_negative_composition_offsets_get_a_signed_table() -> None:
    def version(shifts: list[int]) -> int:
        movie = lay_out(made_track(VIDEO_TRACK, [512] * 3, shifts=shifts))
        ctts = find(movie.header, b"moov", b"trak", b"mdia", b"minf", b"stbl", b"ctts")
        assert ctts
        return movie.header[ctts.body]

    assert version([512, 1024, 0]) == 0
    assert version([0, 512, -512]) == 1


@settings(max_examples=60, deadline=None)
@given(
    video=st.lists(st.integers(1, 9000), min_size=1, max_size=120),
    audio=st.lists(st.integers(1, 900), max_size=120),
    objects=st.integers(1, 5),
)
def test_interleaving_covers_every_sample_exactly_once(video: list[int], audio: list[int], objects: int) -> None:
    picture = made_track(VIDEO_TRACK, [1001] * len(video), sizes=video, source="v", objects=objects)
    sound = made_track(AUDIO_TRACK, [1024] * len(audio), sizes=audio, source="a") if audio else None
    movie = lay_out(picture, sound)
    for track in (picture, sound):
        if track is not None:
            sources = {run.source for run in track.runs(0, len(track))}
            assert flat(run for run in movie.runs if run.source in sources) == flat(track.runs(0, len(track)))
    assert movie.size == len(movie.header) + sum(video) + sum(audio)


def flat(runs: object) -> list[tuple[str, int]]:
    return [(run.source, at) for run in runs for at in range(run.offset, run.end)]  # type: ignore[attr-defined]


def test_sound_and_picture_of_one_time_lie_near_each_other() -> None:
    video = made_track(VIDEO_TRACK, [1000] * 150, source="v")
    late = made_track(AUDIO_TRACK, [1024] * 100, source="a", begin=3 * RATE)
    runs = lay_out(video, late).runs
    first_sound = next(number for number, run in enumerate(runs) if run.source.startswith("a"))
    # Four seconds of 100-byte frames: the fourth holds the first second of sound.
    assert sum(run.length for run in runs[:first_sound]) == 4 * 30 * 100


def test_a_two_hour_film_is_laid_out_in_seconds() -> None:
    video = made_track(VIDEO_TRACK, [1001] * 216_000, shifts=[2002, 5005, 1001, 0] * 54_000, objects=240)
    audio = made_track(AUDIO_TRACK, [1024] * 337_838)
    begin = time.process_time()
    movie = lay_out(video, audio)
    assert time.process_time() - begin < 5
    assert len(movie.header) < 8 << 20
    assert isinstance(movie.runs[0], Run)
