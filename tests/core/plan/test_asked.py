"""No setting is forgotten on its way from the request to the planner's wishes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stepcoder.plan.asked import storing_of, wishes_of
from stepcoder.plan.wishes import StillsWish, WatermarkWish, Wishes
from stepcoder.request.model import JobRequest, OutputRequest, ThumbnailRequest, WatermarkRequest
from stepcoder.request.setting import declared

# Another value than the default for each setting the planner heeds.
ANOTHER: dict[str, Any] = {
    "type": "segmented", "format": "ts", "url": "s3://bucket/a.ts", "filename": "a.ts",
    "skip_video": True, "skip_audio": True,
    "short_side": 360, "size": "640x360", "width": 640, "height": 360, "upscale": True, "aspect_mode": "crop",
    "quality": 5, "video_bitrate": 900, "one_pass": True, "max_video_bitrate": 900, "decoder_bitrate_cap": 900,
    "decoder_buffer_size": 900, "speed": 5, "crf": 20,
    "frame_rate": 10, "max_frame_rate": 10, "keyframe_interval": 9, "keyframe_rate": 2, "fixed_keyframe_interval": True,
    "forced_keyframe_interval": 9, "forced_keyframe_rate": 2,
    "video_codec_profile": "high", "video_codec_level": "4", "video_reference_frames": 5, "video_bframes": 2,
    "rotate": 90, "deinterlace": "on",
    "audio_quality": 5, "audio_bitrate": 64, "audio_sample_rate": 32000, "max_audio_sample_rate": 32000,
    "audio_channels": 1,
    "start_clip": 3, "clip_length": 3, "segment_seconds": 4, "thumbnails": {"number": 3},
    "strict": True, "watermarks": {"url": "s3://bucket/logo.png"},
}  # fmt: skip

# What the planner rightly never sees, and who does instead.
ELSEWHERE = {
    "label": "names the output: records and playlists",
    "base_url": "a place: request/locations.py",
    "secondary_url": "another place: steps/places.py",
    "credentials": "kept with the output: steps/storage.py",
    "public": "with the files to their storage: storing_of",
    "access_control": "storing_of",
    "rrs": "storing_of",
    "headers": "storing_of",
    "parallel_upload_limit": "storing_of",
    "azure_sas": "a place: request/locations.py",
    "package_format": "a name: request/packaging.py",
    "package_filename": "a name: request/packaging.py",
    "video_codec": "h264 is the only one yet",
    "audio_codec": "aac is the only one yet",
    "streaming_delivery_format": "hls is the only one yet",
    "caption_url": "captions: steps/captions.py",
    "streams": "playlists: steps/wanted.py resolves their labels",
    "notifications": "notifications/",
}

ANOTHER_STILL: dict[str, Any] = {
    "label": "a", "format": "jpg", "times": [1], "interval": 1, "number": 3, "start_at_first_frame": True,
    "size": "100x80", "width": 100, "height": 80, "aspect_mode": "pad", "prefix": "still",
    "short_side": 90, "filter": "blur", "credentials": "archive",
    "public": True, "access_control": {"permission": "READ", "grantee": "ada@example.org"}, "rrs": True,
    "headers": {"Expires": "0"}, "parallel_upload_limit": 3,
}  # fmt: skip
ANOTHER_WATERMARK: dict[str, Any] = {
    "url": "s3://bucket/other.png", "x": 5, "y": 5, "width": 5, "height": 5, "origin": "frame", "opacity": 0.5,
}  # fmt: skip
STILLS_ELSEWHERE = {"base_url": "a place: request/locations.py", "azure_sas": "the same"}


def asked(**members: Any) -> OutputRequest:
    return JobRequest.from_body({"input": "s3://bucket/in.mov", "outputs": members}).outputs[0]


def wishes(**members: Any) -> Wishes:
    return wishes_of(asked(**members), test=False)


def stills(**members: Any) -> StillsWish:
    return wishes(thumbnails=[members]).stills[0]


def watermark(**members: Any) -> WatermarkWish:
    return wishes(watermarks=[{"url": "s3://bucket/logo.png", **members}]).watermarks[0]


@pytest.mark.parametrize("name", declared(WatermarkRequest))
def test_every_setting_of_a_watermark_reaches_the_planner(name: str) -> None:
    assert watermark(**{name: ANOTHER_WATERMARK[name]}) != watermark()


@pytest.mark.parametrize("name", declared(OutputRequest))
def test_every_setting_of_an_output_reaches_the_planner_or_has_another_reader(name: str) -> None:
    assert (name in ANOTHER) != (name in ELSEWHERE), "say what another value is, or who reads it instead"
    if name in ANOTHER:
        assert wishes(**{name: ANOTHER[name]}) != wishes()


@pytest.mark.parametrize("name", declared(ThumbnailRequest))
def test_every_setting_of_a_still_reaches_the_planner_or_has_another_reader(name: str) -> None:
    assert (name in ANOTHER_STILL) != (name in STILLS_ELSEWHERE)
    if name in ANOTHER_STILL:
        assert stills(**{name: ANOTHER_STILL[name]}) != stills()


def test_every_wish_can_be_made() -> None:
    """The other way round: no member of the planner's wishes is left that no setting changes."""
    plain = wishes()
    made = [wishes(**{name: value}) for name, value in ANOTHER.items()] + [wishes_of(asked(), test=True)]
    assert changed(plain, made) == set(Wishes.model_fields)
    for group in ("size", "keyframes", "video", "audio"):
        inner = getattr(plain, group)
        found = changed(inner, [getattr(each, group) for each in made])
        assert found == set(type(inner).model_fields), group
    stilled = [stills(**{name: value}) for name, value in ANOTHER_STILL.items()]
    assert changed(stills(), stilled) == set(StillsWish.model_fields)
    marked = [watermark(**{name: value}) for name, value in ANOTHER_WATERMARK.items()]
    assert changed(watermark(), marked) == set(WatermarkWish.model_fields)


def changed(plain: Any, made: list[Any]) -> set[str]:
    return {name for each in made for name in type(plain).model_fields if getattr(each, name) != getattr(plain, name)}


STORED = {name: ANOTHER_STILL[name] for name in ("public", "access_control", "rrs", "headers", "parallel_upload_limit")}


@pytest.mark.parametrize("name", STORED)
def test_every_setting_of_storing_reaches_the_plan(name: str) -> None:
    assert storing_of(asked(**{name: STORED[name]})) != storing_of(asked())


def test_stills_are_as_accessible_as_their_output_unless_they_say_so() -> None:
    access = {"permission": ["READ", "READ_ACP"], "grantee": "ada@example.org"}
    assert wishes(public=True, thumbnails={"number": 1}).stills[0].storing.public
    made = (
        wishes(public=True, access_control=access, headers={"Expires": "0"}, thumbnails={"number": 1}).stills[0].storing
    )
    assert (made.public, made.access[0].permissions, made.headers) == (False, ("READ", "READ_ACP"), {})
    assert not wishes(public=True, thumbnails={"public": False}).stills[0].storing.public
    assert wishes(access_control=access, thumbnails={"public": True}).stills[0].storing.access == ()


@pytest.mark.parametrize(
    ("members", "same"),
    [
        ({"size": "640x360", "width": 320}, {"width": 320}),
        ({"crf": 20, "quality": 5, "video_bitrate": 900}, {"crf": 20}),
        ({"quality": 5, "video_bitrate": 900}, {"quality": 5}),
        ({"keyframe_interval": 9, "keyframe_rate": 2}, {"keyframe_interval": 9}),
        ({"forced_keyframe_interval": 9, "forced_keyframe_rate": 2}, {"forced_keyframe_interval": 9}),
        ({"audio_quality": 5, "audio_bitrate": 64}, {"audio_quality": 5}),
        ({"h264_profile": "main"}, {"video_codec_profile": "main"}),
        ({"video_codec_level": "auto"}, {}),
    ],
)
def test_precedence_is_settled(members: dict[str, Any], same: dict[str, Any]) -> None:
    assert wishes(**members) == wishes(**same)


def test_a_still_s_size_beats_its_sides() -> None:
    assert stills(size="100x80", width=50, height=50) == stills(size="100x80")


def test_values_arrive_exactly() -> None:
    made = wishes(start_clip="00:01:02.5", clip_length="0.1", frame_rate="29.97", segment_seconds=4.004)
    assert (made.start_clip, made.clip_length) == (Fraction("62.5"), Fraction("0.1"))
    assert (made.frame_rate, made.segment_seconds) == (Fraction("29.97"), Fraction("4.004"))
    assert wishes(video_reference_frames="auto").video.reference_frames is None
    assert wishes_of(asked(), test=True).test_seconds == 5
    assert wishes(type="segmented", format="m4f").container == "fmp4"
