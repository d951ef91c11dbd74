"""What `strict` refuses and what is otherwise corrected."""

from __future__ import annotations

from typing import Any

import pytest

from stepcoder.errors import InvalidRequest
from stepcoder.request.model import JobRequest

INPUT = "https://media.example/in.mov"


def about_output(**members: Any) -> list[str]:
    with pytest.raises(InvalidRequest) as caught:
        JobRequest.from_body({"input": INPUT, "outputs": [{"label": "first"}, members]})
    return caught.value.messages


@pytest.mark.parametrize(
    ("members", "sentence"),
    [
        ({"video_bframes": 2}, "video_bframes is 2: profile baseline has no B-frames, it takes main or higher."),
        ({"fixed_keyframe_interval": 1, "forced_keyframe_rate": 1},
         "fixed_keyframe_interval is true: it can't be combined with forced keyframes."),
        ({"video_bitrate": 900, "decoder_bitrate_cap": 800},
         "decoder_bitrate_cap is 800: it must not be below video_bitrate, 900."),
        ({"decoder_buffer_size": 800}, "decoder_buffer_size is 800: it needs decoder_bitrate_cap."),
        ({"width": 321}, "width asks for a width of 321: H.264 needs an even number."),
        ({"size": "320x181"}, "size asks for a height of 181: H.264 needs an even number."),
        ({"frame_rate": 30, "max_frame_rate": 25},
         "frame_rate is 30: it must not be above max_frame_rate, 25."),
        ({"frame_rate": 120, "size": "3840x2160"}, "frame_rate is 120: above 1920x1080 it must be at most 60."),
        ({"audio_sample_rate": 48000, "max_audio_sample_rate": 44100},
         "audio_sample_rate is 48000: it must not be above max_audio_sample_rate, 44100."),
    ],
)  # fmt: skip
def test_strict_refuses_what_is_otherwise_corrected(members: dict[str, Any], sentence: str) -> None:
    assert about_output(strict=True, **members) == [f"outputs[1].{sentence}"]
    JobRequest.from_body({"input": INPUT, "outputs": members})


def test_a_setting_that_loses_is_not_judged_strictly() -> None:
    JobRequest.from_body(
        {"input": INPUT, "outputs": {"strict": 1, "quality": 3, "video_bitrate": 900, "decoder_bitrate_cap": 800}}
    )
