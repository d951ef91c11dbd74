"""Tasks and waves: every output's work, weighed in frames, playlists after what they list."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from stepcoder.plan.model import Plan, Task
from tests.core.plan.films import audio, media, plan, video

PLAYLIST = {"type": "playlist", "streams": [{"path": "a.m3u8", "bandwidth": 900}]}
HOUR = media(video=video(end=Fraction(3600)), audio=audio(end=Fraction(3600)))


def tasks(made: Plan) -> list[Task]:
    return [task for wave in made.waves for task in (*wave.analysis, *wave.tasks)]


def weights(made: Plan) -> Counter[str]:
    total: Counter[str] = Counter()
    for task in tasks(made):
        total[task.kind if task.round == "encode" else task.round] += task.weight
    return total


def test_video_weighs_its_frames_and_the_rest_little() -> None:
    made = plan({"thumbnails": {"number": 3}})
    assert weights(made) == {"video": 1500, "audio": 2812 // 50, "thumbnails": 75}


def test_two_passes_weigh_twice() -> None:
    assert weights(plan({"video_bitrate": 900, "skip_audio": True})) == {"video": 1500, "analyse": 1500}


def test_sound_weighs_what_is_encoded_not_the_whole_film() -> None:
    whole, clip, tail = (
        weights(plan({"skip_video": True, **members}, source=HOUR))["audio"]
        for members in ({}, {"clip_length": 60}, {"start_clip": 3540})
    )
    assert clip == tail == 2812 // 50
    assert whole > 50 * clip


def test_task_names_say_what_they_are_and_are_unique() -> None:
    made = plan({"thumbnails": {"number": 1}}, {"video_bitrate": 900, "start_clip": 10}, source=HOUR)
    names = [task.id for task in tasks(made)]
    assert len(names) == len(set(names))
    assert {"l0-00000-encode", "l1-00179-analyse", "l1-00179-encode", "a0-0000", "a0-0011", "t0"} <= set(names)
    assert all(made.task(name).id == name for name in names)


def test_every_output_s_tasks_name_it_and_no_other() -> None:
    made = plan(
        {"size": "640x360", "thumbnails": {"number": 1}},
        {"size": "320x180"},
        {"skip_video": True, "audio_bitrate": 64},
        {"skip_audio": True, "frame_rate": 10},
        PLAYLIST,
    )
    of_output = {number: {task.id[:2] for task in tasks(made) if number in task.output_ids} for number in range(1, 6)}
    assert of_output == {1: {"l0", "a0", "t0"}, 2: {"l0", "a0"}, 3: {"a1"}, 4: {"l1"}, 5: set()}


def test_playlists_wait_for_the_media() -> None:
    first, second = plan({"label": "a"}, PLAYLIST, {"label": "b"}).waves
    assert (first.index, first.output_ids, second.index, second.output_ids) == (0, (1, 3), 1, (2,))
    assert first.tasks and not second.tasks and not second.analysis


def test_without_playlists_there_is_one_wave() -> None:
    (wave,) = plan({}).waves
    assert not wave.analysis
    assert [task.kind for task in wave.tasks] == ["video"] * 5 + ["audio"]


def test_a_chunk_counts_even_if_no_frame_is_expected() -> None:
    short = media(video=video(end=Fraction(1, 25)), audio=None)
    assert [task.weight for task in tasks(plan({}, source=short))] == [1]
