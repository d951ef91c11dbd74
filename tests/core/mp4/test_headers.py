"""Durations and edits in a moov: no frame may be cut by rounding, no length may overflow."""

from __future__ import annotations

from fractions import Fraction

from stepcoder.mp4.boxes import need, version_and_flags
from stepcoder.mp4.headers import Edit, movie_clock, mvhd, ticks, trak
from stepcoder.mp4.movie import lay_out
from tests.core.mp4.tracks import AUDIO_TRACK, VIDEO_TRACK, made_track

VIDEO = made_track(VIDEO_TRACK, [1001] * 10)
AUDIO = made_track(AUDIO_TRACK, [1024] * 10)


def test_the_movie_runs_on_the_audio_clock() -> None:
    assert movie_clock([VIDEO, AUDIO]) == 48000
    assert movie_clock([VIDEO]) == 30000


def test_durations_are_rounded_up() -> None:
    assert ticks(Fraction(1001, 30000), 48000) == 1602  # 1601.6
    assert ticks(Fraction(1), 48000) == 48000
    header = lay_out(VIDEO, AUDIO).header
    mvhd_box = need(header, b"moov", b"mvhd")
    assert int.from_bytes(header[mvhd_box.body + 16 : mvhd_box.body + 20]) == ticks(VIDEO.duration, 48000)


def test_long_films_get_64_bit_times() -> None:
    for duration, version in ((2**32 - 1, 0), (2**32, 1)):
        data = mvhd(48000, duration, 3) + trak(VIDEO, 1, duration, [Edit(duration, 0)], b"", media_duration=duration)
        for path in ((b"mvhd",), (b"trak", b"tkhd"), (b"trak", b"mdia", b"mdhd")):
            assert version_and_flags(data, need(data, *path))[0] == version
        # Signed in version 0, so edits change earlier.
        assert version_and_flags(data, need(data, b"trak", b"edts", b"elst"))[0] == 1
