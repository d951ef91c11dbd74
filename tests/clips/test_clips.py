"""The sources are what the registry says: judged by decoding all of them with the pinned ffmpeg."""

from __future__ import annotations

import pytest

from tests.clips import FILMS, SOUNDS, SOURCES, Clip, source
from tests.clips.frame_numbers import decoded_end, decoded_times, frame_numbers
from tests.clips.registry import RECIPES


def test_every_recipe_is_registered() -> None:
    assert set(SOURCES) == set(RECIPES)


@pytest.mark.parametrize("clip", FILMS, ids=lambda clip: clip.name)
def test_film_has_the_frames_it_is_known_for(clip: Clip) -> None:
    times = decoded_times(clip.path)
    assert (len(times), times[0], decoded_end(clip.path)) == (clip.frames, clip.first_pts, clip.end)
    assert times == sorted(set(times))


@pytest.mark.parametrize("clip", FILMS, ids=lambda clip: clip.name)
def test_each_frame_shows_its_own_number(clip: Clip) -> None:
    numbers = frame_numbers(clip.path, "-noautorotate")
    first = {"edit_list": 99, "mid_gop_ts": 48}.get(clip.name, 0)
    if clip.constant:
        assert numbers == list(range(first, first + len(numbers)))
    else:
        assert numbers == sorted(set(numbers))


def test_held_frame_leaves_its_gap() -> None:
    numbers = frame_numbers(source("vfr_held_frame"))
    assert numbers[210:212] == [210, 480]


@pytest.mark.parametrize("clip", SOUNDS, ids=lambda clip: clip.name)
def test_sound_ends_where_it_is_known_to(clip: Clip) -> None:
    assert decoded_end(clip.path, "a:0") == clip.end


def test_frame_numbers_survive_scaling() -> None:
    assert frame_numbers(source("cfr_25"), then="scale=1280:720,scale=160:90") == list(range(300))
