"""Bodies as clients really send them, and the canonical request they become."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stepcoder.request.model import JobRequest, NotificationRequest, OutputRequest

INPUT = "https://media.example/in.mov"


def job(**members: Any) -> JobRequest:
    return JobRequest.from_body({"input": INPUT, **members})


def output(**members: Any) -> OutputRequest:
    return job(outputs=[members]).outputs[0]


@pytest.mark.parametrize("outputs", [None, "", {}, [], [{}], [None]])
def test_no_outputs_mean_one_default_output(outputs: object) -> None:
    assert job(outputs=outputs).outputs == (OutputRequest(),)
    assert job().outputs == (OutputRequest(),)


def test_defaults_of_a_bare_output_are_the_reference_s() -> None:
    bare = OutputRequest()
    assert (bare.type, bare.format_name, bare.container) == ("standard", "mp4", "mp4")
    assert (bare.video_codec, bare.audio_codec, bare.video_codec_profile) == ("h264", "aac", "baseline")
    assert (bare.video_reference_frames, bare.video_bframes, bare.speed) == (3, 0, 3)
    assert (bare.quality, bare.video_bitrate, bare.size, bare.frame_rate) == (None, None, None, None)
    assert (bare.aspect_mode, bare.upscale, bare.deinterlace) == ("preserve", False, "detect")
    assert (bare.start_clip, bare.clip_length, bare.segment_seconds) == (Fraction(0), None, Fraction(10))


def test_a_hash_stands_for_a_list_of_one() -> None:
    request = job(
        output={"label": "web", "thumbnails": {"number": 4}, "notifications": "https://hook.example/o"},
        notifications={"url": "https://hook.example/j"},
    )
    assert [made.label for made in request.outputs] == ["web"]
    assert request.outputs[0].thumbnails[0].number == 4
    assert request.outputs[0].notifications[0].url == "https://hook.example/o"
    assert request.notifications == (NotificationRequest(url="https://hook.example/j"),)


def test_outputs_wins_over_output() -> None:
    assert job(output={"label": "old"}, outputs={"label": "new"}).outputs[0].label == "new"


@pytest.mark.parametrize(
    ("alias", "name", "value"),
    [
        ("h264_profile", "video_codec_profile", "high"),
        ("h264_level", "video_codec_level", "3.1"),
        ("h264_reference_frames", "video_reference_frames", 5),
        ("h264_bframes", "video_bframes", 2),
        ("onepass", "one_pass", True),
        ("bitrate_cap", "decoder_bitrate_cap", 900),
        ("buffer_size", "decoder_buffer_size", 1800),
    ],
)
def test_older_spellings_mean_today_s_setting(alias: str, name: str, value: object) -> None:
    assert getattr(output(**{alias: value}), name) == value
    assert getattr(output(**{alias: "nonsense", name: value}), name) == value, "the older one is not even read"


def test_values_are_leniently_typed() -> None:
    made = output(
        width="480", video_bitrate=1200.0, upscale=1, one_pass="true", frame_rate="23.976", keyframe_rate=".5"
    )
    assert (made.width, made.video_bitrate, made.upscale, made.one_pass) == (480, 1200, True, True)
    assert (made.frame_rate, made.keyframe_rate) == (Fraction(2997, 125), Fraction(1, 2))
    assert job(pass_through=42).pass_through == "42"
    assert job(test="1").test is True


def test_empty_and_null_members_are_absent() -> None:
    made = output(width="", height=None, label="  ", thumbnails={}, streams=[], watermarks="", quality=None)
    assert made == OutputRequest(thumbnails=(), streams=())
    assert made.quality is None


def test_unknown_members_are_ignored_at_every_level() -> None:
    assert output(colour="blue", thumbnails={"number": 1, "colour": "blue"}).thumbnails[0].number == 1
    assert job(colour={"deep": [1]}).outputs == (OutputRequest(),)


@pytest.mark.parametrize(
    ("level", "canonical"), [("3", "3"), ("3.0", "3"), (3.1, "3.1"), (31, "3.1"), ("40", "4"), (5, "5"), ("auto", None)]
)
def test_levels_may_be_written_in_several_ways(level: object, canonical: str | None) -> None:
    assert output(video_codec_level=level).video_codec_level == canonical


@pytest.mark.parametrize(
    ("members", "container"),
    [
        ({}, "mp4"),
        ({"format": "m4v"}, "mp4"),
        ({"format": "ts", "url": "s3://bucket/a.mp4"}, "ts"),
        ({"url": "s3://bucket/a.TS"}, "ts"),
        ({"filename": "a.ts"}, "ts"),
        ({"url": "s3://bucket/a.mov"}, "mp4"),
        ({"url": "s3://bucket/a.b/noextension"}, "mp4"),
        ({"type": "segmented"}, "ts"),
        ({"type": "segmented", "url": "s3://bucket/a.m3u8"}, "ts"),
        ({"type": "segmented", "format": "m4f", "streaming_delivery_format": "hls"}, "fmp4"),
        ({"type": "segmented", "format": "fmp4"}, "fmp4"),
    ],
)
def test_the_container_follows_format_then_extension_then_type(members: dict[str, Any], container: str) -> None:
    assert output(**members).container == container


def test_a_playlist_ignores_everything_about_media() -> None:
    request = job(
        outputs=[
            {"label": "a"},
            {"type": "playlist", "url": "s3://bucket/m.m3u8", "width": "wide", "watermarks": "x", "skip_video": 1,
             "skip_audio": 1, "streams": {"path": "a.m3u8", "source": "a"}},
        ]
    )  # fmt: skip
    playlist = request.outputs[1]
    assert (playlist.width, playlist.skip_video, playlist.container) == (None, False, "m3u8")
    assert playlist.streams[0].source == "a"


def test_a_request_survives_its_trip_through_json() -> None:
    request = job(
        test=True,
        pass_through="asset-7",
        notifications=["https://hook.example/z", {"url": "https://hook.example/x", "headers": {"X-Secret": "s"}}],
        outputs=[
            {
                "label": "web",
                "size": "1280x720",
                "frame_rate": 29.97,
                "start_clip": "00:00:01.5",
                "video_codec_level": "auto",
                "thumbnails": [{"label": "t", "times": [0, 1.25]}, {"label": "u", "interval": "2.5"}],
            },
            {"type": "playlist", "streams": [{"path": "web.m3u8", "source": "web", "resolution": "640x360"}]},
        ],
    )
    stored = request.to_json()
    assert JobRequest.model_validate(stored) == request
    assert stored == request.model_dump(mode="json", exclude_unset=True)
    assert stored["outputs"][0]["frame_rate"] == "2997/100"
    assert stored["outputs"][0]["size"] == "1280x720"
    assert "upscale" not in stored["outputs"][0], "only what was given is stored"


def test_a_request_can_not_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        OutputRequest().width = 3  # type: ignore[misc]
