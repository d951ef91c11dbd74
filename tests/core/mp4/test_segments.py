"""Segments must be playable one by one and together be the whole film, for players and for ffmpeg behind a pipe."""

from __future__ import annotations

import io
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stepcoder.mp4.boxes import boxes, children, integers, need
from stepcoder.mp4.errors import JoinError
from stepcoder.mp4.fragments import FragmentIndex
from stepcoder.mp4.join import JoinedTrack, Piece, join_audio
from stepcoder.mp4.payload import Run
from stepcoder.mp4.segments import (
    Segment,
    cut_at_frames,
    cut_at_times,
    every,
    every_seconds,
    init_segment,
    muxed_stream,
)
from stepcoder.playlists.hls import MediaSegment, media_playlist
from tests.core.mp4.films import RATE, Film, ffmpeg, read_range
from tests.core.mp4.tracks import AUDIO_TRACK, VIDEO_TRACK, made_index, made_track


def cut(film: Film, frames: int = 20) -> tuple[bytes, list[Segment]]:
    video, audio = film.video(), film.sound()
    return init_segment(video, audio), list(cut_at_frames(video, audio, every(frames, len(video))))


def data_of(segment: Segment) -> bytes:
    return b"".join(segment.stream(read_range))


def times(data: bytes, kind: str, *, decode: bool = True) -> list[Fraction]:
    with av.open(io.BytesIO(data)) as container:
        stream = next(stream for stream in container.streams if stream.type == kind)
        found = container.decode(stream) if decode else (packet for packet in container.demux(stream) if packet.size)
        return [entry.pts * stream.time_base for entry in found]


def test_each_segment_decodes_alone_to_its_own_frames(film: Film) -> None:
    init, segments = cut(film)
    for segment in segments:
        first = segment.index * 20
        expected = [number / film.fps for number in range(first, min(first + 20, film.frames))]
        assert times(init + data_of(segment), "video") == expected
        assert segment.starts_with_sync


def test_segments_are_as_long_as_they_say(film: Film) -> None:
    _, segments = cut(film)
    for segment in segments:
        assert len(data_of(segment)) == segment.length
        assert segment.duration == min(20, film.frames - segment.index * 20) / film.fps
        assert segment.start == segment.index * 20 / film.fps
    assert sum(segment.duration for segment in segments) == film.frames / film.fps


def test_all_segments_together_are_the_film(film: Film, tmp_path: Path) -> None:
    init, segments = cut(film)
    whole = init + b"".join(map(data_of, segments))
    assert times(whole, "video") == [number / film.fps for number in range(film.frames)]
    packets = times(whole, "audio", decode=False)
    assert packets == [Fraction(1024 * number - 1024, RATE) for number in range(len(film.sound()))]


def test_each_segment_holds_the_audio_that_starts_within_it(ntsc: Film) -> None:
    init, segments = cut(ntsc)
    for segment in segments[1:-1]:
        found = times(init + data_of(segment), "audio", decode=False)
        assert segment.start <= found[0] < segment.start + Fraction(1024, RATE)
        assert found[-1] < segment.start + segment.duration <= found[-1] + Fraction(1024, RATE)


def test_fragments_are_numbered_and_timed_upwards(ntsc: Film) -> None:
    _, segments = cut(ntsc)
    numbers, decode_times = [], {1: [-1], 2: [-1]}
    for data in map(data_of, segments):
        assert [found.kind for found in boxes(data)] == [b"styp", b"moof", b"mdat", b"moof", b"mdat"]
        for moof in (found for found in boxes(data) if found.kind == b"moof"):
            (traf,) = children(data, moof, b"traf")
            numbers += integers("I", data, need(data, b"mfhd", inside=moof).body + 4)
            (track,) = integers("I", data, need(data, b"tfhd", inside=traf).body + 4)
            decode_times[track] += integers("Q", data, need(data, b"tfdt", inside=traf).body + 4)
    assert numbers == list(range(1, 2 * len(segments) + 1))
    assert all(times == sorted(set(times)) for times in decode_times.values())


def test_a_player_reads_every_frame_through_the_playlist(film: Film, tmp_path: Path) -> None:
    init, segments = cut(film)
    (tmp_path / "init.mp4").write_bytes(init)
    for segment in segments:
        (tmp_path / f"{segment.index}.m4s").write_bytes(data_of(segment))
    entries = [MediaSegment(f"{segment.index}.m4s", segment.duration, segment.length) for segment in segments]
    (tmp_path / "film.m3u8").write_text(media_playlist(entries, init_uri="init.mp4"))
    md5 = ("-map", "0:v", "-fps_mode", "passthrough", "-f", "framemd5", "-")

    def hashes(path: Path) -> list[str]:
        return [line.split(",")[-1] for line in ffmpeg("-i", str(path), *md5).decode().split("\n") if "," in line]

    assert hashes(tmp_path / "film.m3u8") == hashes(film.whole_video)


def test_the_muxed_stream_gives_ts_every_frame_and_keeps_sound_and_picture_level(film: Film) -> None:
    stream = b"".join(muxed_stream(film.video(), film.sound(), read_range))
    ts = ffmpeg("-i", "pipe:0", "-c", "copy", "-f", "mpegts", "pipe:1", stdin=stream)
    picture, sound = times(ts, "video", decode=False), times(ts, "audio", decode=False)
    assert len(picture) == film.frames and len(sound) == len(film.sound())
    assert len(times(ts, "video")) == film.frames
    # One frame of priming before the picture; TS clocks have 90,000 ticks a second.
    assert min(picture) - sound[0] == pytest.approx(1024 / RATE, abs=2 / 90000)
    gaps = {round((later - earlier) * RATE) for earlier, later in pairwise(sound)}
    assert gaps <= {1023, 1024, 1025}


def test_the_muxed_stream_keeps_keyframes_so_that_ts_is_cut_at_them(film: Film, tmp_path: Path) -> None:
    stream = b"".join(muxed_stream(film.video(), film.sound(), read_range))
    hls = ["-f", "hls", "-hls_time", str(float(10 / film.fps)), "-hls_list_size", "0", str(tmp_path / "out.m3u8")]
    ffmpeg("-i", "pipe:0", "-c", "copy", *hls, stdin=stream)
    pieces = sorted(tmp_path.glob("*.ts"), key=lambda path: int(path.stem[3:]))
    assert [len(times(piece.read_bytes(), "video", decode=False)) for piece in pieces[:2]] == [10, 10]
    assert sum(len(times(piece.read_bytes(), "video", decode=False)) for piece in pieces) == film.frames


def test_audio_alone_is_cut_at_times_and_loses_nothing(ntsc: Film) -> None:
    audio = ntsc.sound()
    segments = list(cut_at_times(audio, every_seconds(Fraction(1), audio)))
    init = init_segment(audio=audio)
    whole = init + b"".join(map(data_of, segments))
    assert len(times(whole, "audio", decode=False)) == len(audio)
    assert [round(segment.duration) for segment in segments] == [1, 1, 1, 1]
    assert sum(segment.duration for segment in segments) == audio.duration == Fraction(ntsc.samples, RATE)
    assert all(abs(segment.start - segment.index) <= Fraction(1024, RATE) for segment in segments)
    assert b"".join(muxed_stream(None, audio, read_range)).startswith(init)


def test_a_track_that_starts_late_stays_late_in_fragments(ntsc: Film) -> None:
    audio = ntsc.sound()
    late = JoinedTrack(audio.track, audio.media_time - RATE, audio.samples, audio._extents)
    data = b"".join(muxed_stream(ntsc.video(), late, read_range))
    assert times(data, "audio", decode=False)[0] == late.start == Fraction(RATE - 1024, RATE)
    assert times(data, "video")[0] == 0


def test_a_segment_can_start_at_keyframes_only() -> None:
    video = made_track(VIDEO_TRACK, [1001] * 30)
    with pytest.raises(JoinError, match="frame 15"):
        list(cut_at_frames(video, None, [0, 10, 15]))
    assert [entry.starts_with_sync for entry in cut_at_frames(video, None, [0, 10, 15], strict=False)] == [1, 1, 0]


def test_negative_composition_offsets_get_a_signed_run() -> None:
    def version(shifts: list[int]) -> int:
        (segment,) = cut_at_frames(made_track(VIDEO_TRACK, [1001] * 3, shifts=shifts), None, [0])
        header = segment.parts[1]
        assert isinstance(header, bytes)
        return header[need(header[:-8], b"moof", b"traf", b"trun").body]

    assert version([1001, 2002, 0]) == 0
    assert version([0, 1001, -1001]) == 1


@pytest.mark.parametrize("starts", [[], [10], [0, 10, 10], [0, 20, 10], [0, 30]])
def test_starts_must_rise_from_zero_and_end_within_the_film(starts: list[int]) -> None:
    with pytest.raises(JoinError):
        list(cut_at_frames(made_track(VIDEO_TRACK, [1001] * 30), None, starts))


def test_audio_segments_must_hold_a_frame() -> None:
    audio = made_track(AUDIO_TRACK, [1024] * 30)
    with pytest.raises(JoinError):
        list(cut_at_times(audio, [Fraction(0), Fraction(1, 1000), Fraction(2, 1000)]))


def test_an_audio_track_that_starts_late_still_fills_each_segment() -> None:
    audio = made_track(AUDIO_TRACK, [1024] * 100, begin=3 * RATE)
    segments = list(cut_at_times(audio, every_seconds(Fraction(1), audio)))
    assert segments[-1].start + segments[-1].duration == 3 + Fraction(1024 * 100, RATE)


def test_streaming_a_segment_twice_gives_the_same_bytes(ntsc: Film) -> None:
    _, segments = cut(ntsc)
    assert data_of(segments[1]) == data_of(segments[1])


def test_without_tracks_there_is_no_init_segment() -> None:
    with pytest.raises(JoinError):
        init_segment()


def primed(frames: int) -> JoinedTrack:
    """Audio as ffmpeg writes it: its first frame is 1024 ticks before time 0."""
    index: FragmentIndex = made_index(AUDIO_TRACK, [1024] * frames, begin=-1024)
    return join_audio([Piece("audio", index)])


@settings(max_examples=80, deadline=None)
@given(frames=st.integers(1, 200), more=st.integers(1, 600), step=st.integers(1, 60))
def test_audio_split_at_video_boundaries_loses_and_doubles_nothing(frames: int, more: int, step: int) -> None:
    video, audio = made_track(VIDEO_TRACK, [1001] * frames), primed(more)
    segments = list(cut_at_frames(video, audio, every(step, frames), strict=False))
    for source, track in (("audio", audio), ("object", video)):
        runs = [part for segment in segments for part in segment.parts if isinstance(part, Run)]
        covered = [at for run in runs if run.source.startswith(source) for at in range(run.offset, run.end)]
        assert covered == [at for run in track.runs(0, len(track)) for at in range(run.offset, run.end)]
    assert sum(segment.duration for segment in segments) == video.duration


@settings(max_examples=80, deadline=None)
@given(frames=st.integers(1, 2000), step=st.fractions(Fraction(1, 10), 12))
def test_audio_split_at_times_loses_and_doubles_nothing(frames: int, step: Fraction) -> None:
    audio = primed(frames)
    segments = list(cut_at_times(audio, every_seconds(step, audio)))
    runs = [part for segment in segments for part in segment.parts if isinstance(part, Run)]
    assert sum(run.length for run in runs) == audio.payload_size
    assert [run.offset for run in runs] == sorted({run.offset for run in runs})
    assert sum(segment.duration for segment in segments) == audio.duration
