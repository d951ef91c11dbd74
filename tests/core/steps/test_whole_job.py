"""Whole jobs on real clips: what is delivered has the frames, the times and the sound of the source."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.clips import FILMS, Clip
from tests.clips.frame_numbers import frame_numbers
from tests.core.steps.conftest import OUT, Pipeline, media_of, sound_samples, video_times

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

WEB = {"url": f"{OUT}web.mp4", "speed": 5, "video_codec_profile": "high", "video_bframes": 2}


# Bar codes of a turned picture can't be read, and these have no constant source frames to compare with.
UNREADABLE = {"rotated", "vfr", "vfr_held_frame", "held_frame_mkv"}
# The probing library and ffmpeg disagree by two blocks on where WMA ends.
LOOSE_SOUND = {"wmv"}


@pytest.mark.parametrize("clip", FILMS, ids=lambda clip: clip.name)
def test_the_mp4_shows_every_frame_of_the_source_once_and_on_time(
    pipeline: Pipeline, clip: Clip, tmp_path: Path
) -> None:
    job = pipeline.submit(clip.path, WEB)
    assert pipeline.walk(job) == "finished", pipeline.output(job).error_message
    movie = pipeline.fetch("job/web.mp4", tmp_path)
    media = media_of(clip.path)
    assert media.video is not None
    chunks = len([task for task in pipeline.tasks_run if task.endswith("-encode")])
    assert chunks > 2 if media.seekable else chunks == 1
    frames = round((media.video.end - media.start) * media.video.frame_rate)
    times = video_times(movie)
    assert times == pytest.approx([float(k / media.video.frame_rate) for k in range(frames)], abs=0.0005)
    if clip.name not in UNREADABLE:
        # Sound that begins before the picture: the first frame is held, so that both stay together.
        shown, source = frame_numbers(movie), frame_numbers(clip.path)
        held = round((media.video.first_pts - media.start) * media.video.frame_rate)
        assert shown == [source[0]] * held + source
    if media.audio is not None:
        seconds = sound_samples(movie) / 48000
        assert seconds == pytest.approx(
            float(media.audio.end - media.start), abs=(4 if clip.name in LOOSE_SOUND else 1) * 1024 / 48000
        )
    assert pipeline.keys("work-bucket") == []
