"""Which of several settings wins, as the declarations say."""

from __future__ import annotations

from typing import Any

import pytest

from stepcoder.request.model import JobRequest, OutputRequest, ThumbnailRequest
from stepcoder.request.precedence import beaten_by, given, losers, settle
from stepcoder.request.resolution import asked_frame
from stepcoder.request.thumbnails import asked_picture


def output(**members: Any) -> OutputRequest:
    return JobRequest.from_body({"input": "s3://bucket/in.mov", "outputs": [members]}).outputs[0]


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        ({"quality": 4}, {"video_bitrate": 900}),
        ({"crf": 20}, {"quality": 4}),
        ({"crf": 20}, {"video_bitrate": 900}),
        ({"width": 320}, {"size": "640x480"}),
        ({"height": 240}, {"size": "640x480"}),
        ({"keyframe_interval": 50}, {"keyframe_rate": 1}),
        ({"forced_keyframe_interval": 50}, {"forced_keyframe_rate": 1}),
        ({"audio_quality": 4}, {"audio_bitrate": 64}),
        ({"url": "s3://bucket/a.mp4"}, {"base_url": "s3://bucket/"}),
        ({"url": "s3://bucket/a.mp4"}, {"filename": "b.mp4"}),
    ],
)
def test_one_setting_beats_another(winner: dict[str, Any], loser: dict[str, Any]) -> None:
    both, alone = output(**winner, **loser), output(**winner)
    assert settle(both) == alone
    assert settle(both).model_fields_set == alone.model_fields_set
    assert losers(both) == {next(iter(loser)): next(iter(winner))}
    assert settle(output(**loser)) == output(**loser), "without a winner, nothing is lost"


def test_settings_that_work_together_both_stay() -> None:
    both = output(crf=20, max_video_bitrate=2000, decoder_bitrate_cap=3000, decoder_buffer_size=6000, one_pass=True)
    assert settle(both) == both
    assert settle(output(base_url="s3://bucket/d", filename="a.mp4")).filename == "a.mp4"


def test_on_thumbnails_size_beats_width_and_height() -> None:
    made = output(thumbnails={"size": "160x90", "width": 320, "height": 240})
    assert settle(made).thumbnails == (ThumbnailRequest.model_validate({"size": "160x90"}),)
    assert asked_picture(settle(made).thumbnails[0]) == (160, 90)


def test_the_more_exact_choice_of_moments_wins() -> None:
    (stills,) = settle(output(thumbnails={"times": [1], "interval": 2, "number": 3})).thumbnails
    assert given(stills) == {"times"}


def test_beating_reaches_through_others() -> None:
    assert beaten_by(OutputRequest, "crf") == {"quality", "video_bitrate"}


def test_settling_twice_changes_nothing() -> None:
    made = settle(output(crf=20, quality=4, size="2x2", width=4, thumbnails={"size": "2x2", "width": 2}))
    assert settle(made) == made


@pytest.mark.parametrize(
    ("members", "frame"),
    [
        ({}, (None, None)),
        ({"size": "640x480"}, (640, 480)),
        ({"width": 320}, (320, None)),
        ({"height": 240, "size": "640x480"}, (None, 240)),
    ],
)
def test_the_frame_asked_for(members: dict[str, Any], frame: tuple[int | None, int | None]) -> None:
    assert asked_frame(settle(output(**members))) == frame
