"""Audio: bitrate, sample rate, channels, and the pieces of a long track."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.plan.audio import SAMPLES_PER_FRAME, WantedAudio, decide_audio, pieces
from tests.core.plan.films import audio


@pytest.mark.parametrize(
    ("wanted", "channels", "expected"),
    [
        ({}, 2, (112, 2)),
        ({}, 1, (56, 1)),
        ({}, 6, (112, 2)),
        ({"channels": 1}, 2, (56, 1)),
        ({"channels": 2}, 1, (112, 2)),
        *(({"quality": grade}, 2, (kbps, 2)) for grade, kbps in ((1, 56), (2, 80), (3, 112), (4, 160), (5, 224))),
        ({"bitrate_kbps": 96}, 2, (96, 2)),
        ({"bitrate_kbps": 96}, 1, (96, 1)),
        ({"bitrate_kbps": 96, "quality": 5}, 2, (224, 2)),
    ],
)
def test_bitrate_and_channels(wanted: dict[str, Any], channels: int, expected: tuple[int, int]) -> None:
    made = decide_audio(WantedAudio(**wanted), audio(channels=channels))
    assert (made.bitrate_kbps, made.channels) == expected


@pytest.mark.parametrize(
    ("source", "wanted", "expected"),
    [
        (48000, {}, 48000),
        (24000, {}, 24000),
        (88200, {}, 88200),
        (192000, {}, 96000),
        (6000, {}, 8000),
        (37800, {}, 32000),
        (44100, {"sample_rate": 22050}, 22050),
        (96000, {"max_sample_rate": 48000}, 48000),
        (32000, {"max_sample_rate": 48000}, 32000),
        (44100, {"sample_rate": 96000, "max_sample_rate": 48000}, 48000),
    ],
)
def test_sample_rates(source: int, wanted: dict[str, Any], expected: int) -> None:
    assert decide_audio(WantedAudio(**wanted), audio(sample_rate=source)).sample_rate == expected


@pytest.mark.parametrize("seconds", [0, 1, 60, 360])
def test_up_to_six_minutes_a_track_is_one_piece(seconds: int) -> None:
    assert pieces(Fraction(seconds), 48000) == ((0, None),)


def test_an_hour_is_twelve_pieces_of_five_minutes() -> None:
    made = pieces(Fraction(3600), 48000)
    assert made[:2] == ((0, 14062), (14062, 28124))
    assert len(made) == 12


@given(st.fractions(360, 86400, max_denominator=10), st.sampled_from((8000, 44100, 48000, 96000)))
def test_pieces_cover_a_track_in_whole_frames(seconds: Fraction, rate: int) -> None:
    made = pieces(seconds, rate)
    assert made[0][0] == 0 and made[-1][1] is None
    assert [end for _, end in made[:-1]] == [start for start, _ in made[1:]]
    lengths = {end - start for start, end in made if end is not None}
    assert len(lengths) <= 1
    if len(made) > 1:
        (length,) = lengths
        assert 299 < Fraction(length * SAMPLES_PER_FRAME, rate) <= 300
        last = seconds * rate / SAMPLES_PER_FRAME - made[-1][0]
        assert length // 2 <= last < length * 3 / 2 + 2
