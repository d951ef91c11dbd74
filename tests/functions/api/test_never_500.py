"""Whatever a client sends, it is told what is wrong with it: never a server error (zencoder-api 1.5)."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.functions.api.world import World

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["s3://b/k", "https://h.example.com/a.mp4", "http://[::1", "640x480", "1e400", "\x00", "{{number}}"]
    )
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
OUTPUT_MEMBERS = """
    type label url base_url filename format size width height aspect_mode upscale quality crf video_bitrate
    frame_rate keyframe_interval thumbnails streams notifications source start_clip clip_length headers
    segment_seconds audio_bitrate audio_sample_rate audio_channels h264_profile h264_level deinterlace
"""
THUMBNAILS = st.dictionaries(st.sampled_from(["number", "interval", "times", "size", "format", "base_url"]), VALUES)
OUTPUTS = st.dictionaries(st.sampled_from(OUTPUT_MEMBERS.split()), VALUES | THUMBNAILS, max_size=6)
JOB_MEMBERS = ["input", "test", "mock", "private", "pass_through", "grouping", "notifications", "region", "outputs"]
JOBS = st.builds(
    lambda job, outputs: {"input": "s3://acme-in/a.mov", "outputs": outputs, **job},
    st.dictionaries(st.sampled_from(JOB_MEMBERS), VALUES, max_size=3),
    OUTPUTS | st.lists(OUTPUTS, max_size=3),
)
DEEP = [
    ("pass_through", 900),
    ("outputs", 900),
    ("notifications", 200),
    ("unknown", 900),
    ("input", 300),
]

SHARED_WORLD = settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])


def assert_answered(world: World, key: str, body: Any) -> None:
    reply = world.call("POST", "/jobs", body if isinstance(body, str) else json.dumps(body), key=key)
    assert reply.status in (201, 400, 422), reply.body
    if reply.status != 201:
        assert reply.errors


@SHARED_WORLD
@given(body=JOBS)
def test_any_job_is_made_or_refused_in_sentences(world: World, key: str, body: dict[str, Any]) -> None:
    assert_answered(world, key, body)


@SHARED_WORLD
@given(body=st.dictionaries(st.sampled_from(["email", "terms_of_service", "password", "company"]), VALUES))
def test_any_account_is_made_or_refused_in_sentences(world: World, body: dict[str, Any]) -> None:
    assert world.call("POST", "/account", body).status in (201, 422)


@pytest.mark.parametrize(("member", "depth"), DEEP)
def test_deep_bodies_do_no_harm(world: World, key: str, member: str, depth: int) -> None:
    for opening, closing in (("[", "]"), ('{"a":', "}")):
        value = opening * depth + "1" + closing * depth
        assert_answered(world, key, '{"input": "s3://acme-in/a.mov", "' + member + '": ' + value + "}")
