"""Pieces that belong together become one track; pieces that don't are refused, never joined wrongly."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.mp4.errors import JoinError
from stepcoder.mp4.join import JoinedTrack, Piece, join_audio, join_chunks
from stepcoder.mp4.payload import Run
from stepcoder.mp4.track import Track
from tests.core.mp4.films import RATE, Film
from tests.core.mp4.tracks import AUDIO_TRACK, VIDEO_TRACK, edit_list, made_index, made_moov, made_track


def chunk(number: int, frames: int = 10, begin: int | None = None, track: Track = VIDEO_TRACK) -> Piece:
    begin = number * 10 * 1001 if begin is None else begin
    return Piece(f"c{number}", made_index(track, [1001] * frames, begin=begin))


def test_real_chunks_become_one_track(film: Film) -> None:
    video = film.video()
    assert len(video) == film.frames
    assert (video.start, video.duration) == (0, film.frames / film.fps)
    assert all(video.samples.sync[number] for number in range(0, film.frames, 10))


def test_real_audio_pieces_become_one_track_without_priming(film: Film) -> None:
    audio = film.sound()
    assert audio.trimmed == 1024
    assert (audio.start, audio.duration) == (0, Fraction(film.samples, RATE))
    assert set(audio.samples.durations[:-1]) == {1024}


def test_empty_chunks_are_skipped_at_the_end() -> None:
    assert len(join_chunks([chunk(0), chunk(1), chunk(2, 0), chunk(3, 0)])) == 20


def test_an_empty_chunk_in_the_middle_is_refused() -> None:
    with pytest.raises(JoinError, match="c1 is empty"):
        join_chunks([chunk(0), chunk(1, 0), chunk(2)])


@pytest.mark.parametrize("pieces", [[], [chunk(0, 0)]])
def test_nothing_to_join_is_refused(pieces: list[Piece]) -> None:
    for join in (join_chunks, join_audio):
        with pytest.raises(JoinError, match="nothing to join"):
            join(pieces)


@pytest.mark.parametrize("wrong", [chunk(2), chunk(1, begin=10 * 1001 - 1), chunk(0)])
def test_chunks_that_do_not_meet_are_refused(wrong: Piece) -> None:
    with pytest.raises(JoinError, match="starts at tick"):
        join_chunks([chunk(0), wrong])


def test_a_gap_within_a_chunk_is_refused() -> None:
    piece = Piece("c0", made_index(VIDEO_TRACK, [1001] * 20, per_fragment=10))
    piece.index.fragments[1] = piece.index.fragments[1]._replace(decode_time=10011)
    with pytest.raises(JoinError, match="gap"):
        join_chunks([piece])


def test_chunks_with_other_parameters_are_refused() -> None:
    other = Track.from_moov(made_moov(b"vide", 30000, codec=b"else"))
    with pytest.raises(JoinError, match="stsd differs"):
        join_chunks([chunk(0), chunk(1, track=other)])


def test_a_chunk_with_another_edit_list_keeps_its_frames_in_place() -> None:
    delayed = Track.from_moov(made_moov(b"vide", 30000, edit_list((0, 2002))))
    first = Piece("c0", made_index(delayed, [1001] * 3, shifts=[2002, 3003, 1001]))
    last = Piece("c1", made_index(VIDEO_TRACK, [1001], shifts=[0], begin=3003))
    joined = join_chunks([first, last])
    assert joined.samples.shifts[3] == 2002
    assert joined.time_of(3) == Fraction(3003, 30000)


def aac(name: str, first: int, frames: int, drop: int = 0, keep: int | None = None, *, own: bool = False) -> Piece:
    """A piece that starts at AAC frame `first`, its own priming frame included."""
    begin = -1024 if own else first * 1024 - 1024
    return Piece(name, made_index(AUDIO_TRACK, [1024] * frames, begin=begin, per_fragment=7), drop, keep)


@pytest.mark.parametrize("own", [False, True])
def test_overlapping_audio_pieces_are_trimmed_and_follow_on(own: bool) -> None:
    joined = join_audio([aac("a", 0, 28, 0, 20), aac("b", 12, 36, 8, 20, own=own), aac("c", 32, 20, 8, own=own)])
    assert len(joined) == 20 + 20 + 12
    assert joined.media_time == joined.trimmed == 1024
    assert list(joined.decode_times) == [1024 * number for number in range(53)]
    b = next(joined.runs(20, 21))
    assert (b.source, b.length) == ("b", 100)
    assert b.offset == 1000 + 2 * 108 + 8 * 100  # within its second fragment of seven frames


def test_an_audio_piece_that_fits_nowhere_is_refused() -> None:
    with pytest.raises(JoinError, match="b starts at tick"):
        join_audio([aac("a", 0, 28, 0, 20), aac("b", 12, 36, 7, 20)])


def test_an_audio_piece_with_too_few_frames_is_refused() -> None:
    with pytest.raises(JoinError, match="b has 20 frames, but 8 to 28 are wanted"):
        join_audio([aac("a", 0, 28, 0, 20), aac("b", 12, 20, 8, 20)])


def test_a_short_frame_before_the_end_is_refused() -> None:
    broken = made_index(AUDIO_TRACK, [1024] * 9 + [512], begin=-1024)
    with pytest.raises(JoinError, match="don't last 1024"):
        join_audio([Piece("a", broken), aac("b", 0, 5, own=True)])
    assert join_audio([Piece("a", broken)]).duration == Fraction(8 * 1024 + 512, RATE)


def test_audio_on_another_clock_is_refused() -> None:
    other = Piece("b", made_index(Track.from_moov(made_moov(b"soun", 44100)), [1024] * 5, begin=-1024))
    with pytest.raises(JoinError, match="timescale differs"):
        join_audio([aac("a", 0, 5), other])


def test_a_track_that_starts_late_says_so() -> None:
    late = made_track(VIDEO_TRACK, [1001] * 10, begin=30000)
    assert (late.start, late.trimmed, late.end) == (1, 0, 1 + Fraction(10010, 30000))


@given(
    sizes=st.lists(st.integers(0, 50), min_size=1, max_size=200),
    objects=st.integers(1, 6),
    ends=st.tuples(st.integers(0, 200), st.integers(0, 200)),
)
def test_runs_find_each_sample_where_its_object_has_it(sizes: list[int], objects: int, ends: tuple[int, int]) -> None:
    joined: JoinedTrack = made_track(VIDEO_TRACK, [1001] * len(sizes), sizes=sizes, objects=objects)
    first, last = sorted(min(end, len(sizes)) for end in ends)
    single = [run for number in range(first, last) for run in joined.runs(number, number + 1)]
    assert [run.length for run in single] == sizes[first:last]
    assert spread(joined.runs(first, last)) == spread(single)
    assert joined.size_of(first, last) == sum(sizes[first:last])
    assert joined.payload_size == sum(sizes)


def spread(runs: object) -> list[tuple[str, int]]:
    found: list[Run] = list(runs)  # type: ignore[call-overload]
    return [(run.source, at) for run in found for at in range(run.offset, run.end)]


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=50), st.fractions(0, 3))
def test_first_at_is_the_first_sample_shown_from_then_on(durations: list[int], seconds: Fraction) -> None:
    joined = made_track(AUDIO_TRACK, durations)
    expected = next((number for number in range(len(joined)) if joined.time_of(number) >= seconds), len(joined))
    assert joined.first_at(seconds) == joined.first_decoded_at(seconds) == expected
