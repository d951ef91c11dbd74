"""Whole plans: what outputs share, what the source can't give, clips, tests, and kinds of output."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stepcoder.media import MediaInfo
from stepcoder.plan.model import OutputPlan, Plan, StreamEntry
from tests.core.plan.films import audio, media, plan, video

SILENT = media(audio=None)
SOUND = media(video=None)
LATE_VIDEO = media(video=video(first_pts=Fraction("1.72"), end=Fraction("13.72")), audio=audio(end=Fraction(12)))


def only(made: Plan) -> OutputPlan:
    (output,) = made.outputs
    return output


def test_a_plan_survives_storage() -> None:
    stills = {"number": 2, "size": "100x75"}
    made = plan({"thumbnails": stills}, {"type": "segmented", "video_bitrate": 900}, source=LATE_VIDEO)
    assert Plan.model_validate_json(made.model_dump_json()) == made


def test_equal_outputs_share_their_tracks() -> None:
    made = plan({}, {"format": "ts"}, {"label": "again", "url": "s3://bucket/c.mp4"})
    assert [(output.video, output.audio) for output in made.outputs] == [("v0", "a0")] * 3
    assert len(made.video) == len(made.audio) == len(made.ladders) == 1
    assert all(task.output_ids == (1, 2, 3) for task in made.waves[0].tasks)


def test_a_shared_track_has_all_threads() -> None:
    assert plan({}).video == plan({}, {"format": "ts"}).video
    apart = plan({}, {"start_clip": 3})
    assert [each.h264.threads for each in apart.video] == [9, 9]


@pytest.mark.parametrize(
    "members",
    [{"size": "640x360"}, {"quality": 5}, {"frame_rate": 10}, {"start_clip": 1}, {"clip_length": 9}, {"rotate": 180},
     {"deinterlace": "on"}, {"keyframe_interval": 7}, {"type": "segmented"}],
)  # fmt: skip
def test_outputs_that_differ_in_their_picture_share_sound_at_most(members: dict[str, Any]) -> None:
    made = plan({}, members)
    assert [output.video for output in made.outputs] == ["v0", "v1"]
    moved = {"start_clip", "clip_length"} & set(members)
    assert [output.audio for output in made.outputs] == ["a0", "a1" if moved else "a0"]


def test_outputs_that_differ_in_their_sound_share_the_picture() -> None:
    made = plan({}, {"audio_bitrate": 64}, {"skip_audio": True}, {"skip_video": True})
    assert [(output.video, output.audio) for output in made.outputs] == [
        ("v0", "a0"), ("v0", "a1"), ("v0", None), (None, "a0"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("source", "members", "message"),
    [
        (media(), {"start_clip": 60}, "start_clip is 60 s, but the source is only 60.000 s long."),
        (media(), {"start_clip": "1:00:00"}, "start_clip is 3600 s, but the source is only 60.000 s long."),
        (SILENT, {"skip_video": True}, "The source has no audio track, and the other kind is skipped, which leaves"
         " nothing to encode."),
        (SOUND, {"skip_audio": True}, "The source has no video track, and the other kind is skipped, which leaves"
         " nothing to encode."),
        (media(video=video(end=Fraction(20))), {"start_clip": 30},
         "start_clip lies behind the last picture of the source's video track."),
    ],
)  # fmt: skip
def test_what_the_source_can_not_give_is_rejected(source: MediaInfo, members: dict[str, Any], message: str) -> None:
    made = plan(members, {"label": "other"}, source=source)
    (rejection,) = made.rejections
    assert (rejection.output_id, rejection.error_class, rejection.message) == (1, "NoMediaError", message)
    assert [output.output_id for output in made.outputs] == [2]
    assert made.waves[0].output_ids == (2,)
    assert all(task.output_ids == (2,) for task in made.waves[0].tasks)


def test_a_source_without_tracks_is_named_for_what_it_is() -> None:
    (rejection,) = plan({}, source=media(video=None, audio=None)).rejections
    assert rejection.message == "The source has neither a video nor an audio track."


def test_if_everything_is_rejected_nothing_is_done() -> None:
    made = plan({"start_clip": 60}, {"start_clip": 61})
    assert [rejection.output_id for rejection in made.rejections] == [1, 2]
    assert not made.outputs and not made.waves[0].tasks


@pytest.mark.parametrize(
    ("source", "members", "tracks"),
    [
        (media(), {}, ("v0", "a0")),
        (media(), {"skip_audio": True}, ("v0", None)),
        (media(), {"skip_video": True}, (None, "a0")),
        (SILENT, {}, ("v0", None)),
        (SOUND, {}, (None, "a0")),
    ],
)
def test_an_output_has_the_tracks_there_are(
    source: MediaInfo, members: dict[str, Any], tracks: tuple[str | None, str | None]
) -> None:
    output = only(plan(members, source=source))
    assert (output.video, output.audio) == tracks


@pytest.mark.parametrize("members", [{"source": SOUND}, {"skip_video": True}])
def test_stills_need_a_picture_but_sound_is_delivered_without_them(members: dict[str, Any]) -> None:
    source = members.pop("source", media())
    made = plan({"thumbnails": {"number": 3}, **members}, source=source)
    assert only(made).thumbnails == () and made.thumbnails == ()


@pytest.mark.parametrize(
    ("members", "test", "frames", "clipped"),
    [
        ({}, False, 1500, False),
        ({"clip_length": 10}, False, 250, True),
        ({"start_clip": 50}, False, 250, False),
        ({"start_clip": 50, "clip_length": 10}, False, 250, False),
        ({"start_clip": 50, "clip_length": 99}, False, 250, False),
        ({"start_clip": 50, "clip_length": 9}, False, 225, True),
        ({}, True, 125, True),
        ({"clip_length": 10}, True, 125, True),
        ({"clip_length": 3}, True, 75, True),
        ({"start_clip": 58}, True, 50, False),
        ({"clip_length": "0.001"}, False, 1, True),
    ],
)
def test_clips_and_test_jobs(members: dict[str, Any], test: bool, frames: int, clipped: bool) -> None:
    made = plan(members, test=test)
    line = made.ladders[0].timeline
    assert (line.frame_count, line.clipped) == (frames, clipped)
    assert line.origin == line.lead == Fraction(members.get("start_clip", 0))
    assert made.ladders[0].chunks[-1].end == (frames if clipped else None)
    limit = min(Fraction(members.get("clip_length", 99)), Fraction(5 if test else 99))
    assert made.audio[0].duration == (limit if clipped else None)
    assert made.audio[0].origin == line.origin


def test_sound_and_picture_keep_their_distance() -> None:
    made = plan({}, {"skip_audio": True}, {"skip_video": True}, source=LATE_VIDEO)
    assert [ladder.timeline.origin for ladder in made.ladders] == [0, Fraction("1.72")]
    assert [ladder.timeline.frame_count for ladder in made.ladders] == [343, 300]
    assert made.audio[0].origin == 0 and len(made.audio) == 1


def test_a_picture_that_ends_before_the_clip_does_is_not_clipped() -> None:
    made = plan({"clip_length": 40}, source=media(video=video(end=Fraction(30))))
    assert (made.ladders[0].timeline.frame_count, made.ladders[0].timeline.clipped) == (750, False)
    assert made.audio[0].duration == 40


def test_times_are_those_of_the_source() -> None:
    source = media(
        container_start=Fraction("1.4"),
        video=video(first_pts=Fraction("1.48"), end=Fraction("13.48"), index=2),
        audio=audio(first_pts=Fraction("1.4"), end=Fraction("13.4"), index=3),
    )
    made = plan({"start_clip": 2}, source=source)
    line = made.ladders[0].timeline
    assert (line.origin, line.lead, line.container_start, line.stream) == (Fraction("3.4"), 2, Fraction("1.4"), 2)
    sound = made.audio[0]
    assert (sound.origin, sound.container_start, sound.stream) == (Fraction("3.4"), Fraction("1.4"), 3)


def test_segments_of_picture_and_of_sound_alone() -> None:
    segmented = {"type": "segmented", "segment_seconds": 4}
    ntsc = media(video=video(frame_rate=Fraction(30000, 1001)))
    both, alone = plan(segmented, {**segmented, "skip_video": True}, source=ntsc).outputs
    assert (both.kind, both.container, both.segment_frames) == ("segmented", "ts", 120)
    assert both.segment_seconds == Fraction(120 * 1001, 30000)
    assert (alone.segment_frames, alone.segment_seconds, alone.video) == (None, 4, None)


def test_segments_last_ten_seconds_by_default() -> None:
    assert only(plan({"type": "segmented", "format": "m4f"})).segment_seconds == 10


def test_untrusted_seeking_makes_one_task_of_each_track() -> None:
    hour = {"video": video(end=Fraction(3600)), "audio": audio(end=Fraction(3600))}
    made = plan({}, source=media(**hour, seekable=False))
    assert [task.id for task in made.waves[0].tasks] == ["l0-00000-encode", "a0-0000"]
    assert len(plan({}, source=media(**hour)).waves[0].tasks) == 180 + 12


def test_interlaced_pictures_are_found_or_named() -> None:
    interlaced = media(video=video(interlaced=True))
    for source, asked, done in (
        (media(), "detect", None), (interlaced, "detect", "flagged"), (media(), "on", "all"), (interlaced, "off", None),
    ):  # fmt: skip
        made = plan({"deinterlace": asked, "thumbnails": {"number": 1}}, source=source)
        assert (made.ladders[0].deinterlace, made.thumbnails[0].deinterlace) == (done, done)


def test_stills_take_the_output_s_frame_then_their_own_size() -> None:
    made = plan(
        {"size": "640x480", "aspect_mode": "pad", "frame_rate": 10,
         "thumbnails": [{"label": "a", "number": 1}, {"label": "b", "times": [0, 2.19, 2.1], "size": "100x75"}]}
    )  # fmt: skip
    first, second = made.thumbnails
    assert only(made).thumbnails == ("t0", "t1") and (first.output_id, second.label) == (1, "b")
    assert first.frames == (300,) and second.frames == (0, 21)
    assert [(each.frame.width, each.frame.height) for each in second.geometries] == [(640, 480), (100, 74)]
    assert len(first.geometries) == 1


def test_stills_near_the_end_take_the_last_frame() -> None:
    late = media(video=video(end=Fraction("0.99")))
    assert plan({"thumbnails": {"times": ["0.995", 0.97]}}, source=late).thumbnails[0].frames == (24,)


def test_a_playlist_is_planned_after_what_it_lists_and_needs_no_source() -> None:
    playlist = {"type": "playlist", "streams": [{"path": "a.m3u8", "bandwidth": 900}]}
    made = plan({}, playlist, source=SOUND)
    assert (made.outputs[1].kind, made.outputs[1].container, made.outputs[1].video) == ("playlist", "m3u8", None)


# --- outputs larger than the source ---

SMALL = media(video=video(width=640, height=360))
LADDER = [
    {"type": "segmented", "label": "low", "url": "s3://bucket/l/low.m3u8", "short_side": 240},
    {"type": "segmented", "label": "high", "url": "s3://bucket/l/high.m3u8", "short_side": 720},
]


def test_an_output_that_would_have_to_grow_is_skipped_and_said_so() -> None:
    made = plan(*LADDER, source=SMALL)
    assert (made.skipped, [output.output_id for output in made.outputs]) == ((2,), [1])
    assert made.rejections == () and "short_side is 720" in made.warnings[0] and "640x360" in made.warnings[0]
    assert plan({"short_side": 720, "upscale": True}, source=SMALL).skipped == ()


@pytest.mark.parametrize(("sides", "listed", "skipped"), [((240, 720), ["1.m3u8"], (2,)), ((720, 1080), [], (1, 2, 3))])
def test_a_playlist_leaves_out_what_was_skipped(
    sides: tuple[int, int], listed: list[str], skipped: tuple[int, ...]
) -> None:
    rungs = [{**rung, "short_side": side} for rung, side in zip(LADDER, sides, strict=True)]
    entries = tuple(StreamEntry(path=f"{number}.m3u8", source_output_id=number) for number in (1, 2))
    whole = {"type": "playlist", "streams": [{"path": "x", "bandwidth": 1}]}
    made = plan(*rungs, whole, source=SMALL, streams={3: entries})
    assert made.skipped == skipped
    assert [entry.path for output in made.outputs if output.kind == "playlist" for entry in output.streams] == listed


def test_a_still_larger_than_the_source_is_left_out() -> None:
    stills = [
        {"label": str(side), "short_side": side, "times": [1], "format": "webp", "filter": "blur"} for side in (90, 480)
    ]
    made = plan({"width": 320, "thumbnails": stills}, source=SMALL)
    (taken,) = made.thumbnails
    assert (taken.label, taken.format, taken.filter) == ("90", "webp", "blur")
    frame = taken.geometries[-1].frame
    assert (frame.width, frame.height, len(taken.geometries)) == (160, 90, 1)
    larger = plan({"width": 320, "thumbnails": {"short_side": 360, "times": [1]}}, source=SMALL).thumbnails[0]
    assert larger.geometries[-1].frame.height == 360, "the source is measured, not the output"


def test_a_still_behind_the_end_is_left_out() -> None:
    stills = [{"label": "a", "times": [1]}, {"label": "b", "times": [9999]}]
    assert [each.label for each in plan({"thumbnails": stills}).thumbnails] == ["a"]
