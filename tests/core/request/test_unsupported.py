"""Settings of the reference that are accepted without effect, and those that are refused, with which values."""

from __future__ import annotations

from typing import Any

import pytest

from stepcoder.errors import InvalidRequest
from stepcoder.request.model import JobRequest
from stepcoder.request.unsupported import Unsupported, rows

MEMBERS_TO_REACH = {"streams": {"path": "a.m3u8", "bandwidth": 1}, "thumbnails": {}, "notifications": {}}


def body_with(level: str, members: dict[str, Any]) -> dict[str, Any]:
    body: dict[str, Any] = {"input": "s3://bucket/in.mov", "outputs": [{}]}
    if level == "job":
        body |= members
    elif level == "outputs":
        body["outputs"][0] |= members
    elif level == "notifications":
        body["notifications"] = [{"url": "https://hook.example/z"} | members]
    else:
        body["outputs"][0][level] = [MEMBERS_TO_REACH[level] | members]
    return body


def reachable(verdict: str) -> list[Unsupported]:
    return [row for row in rows() if row.verdict == verdict]


@pytest.mark.parametrize("row", reachable("refused"), ids=lambda row: f"{row.level}.{row.name}")
def test_refused_settings_get_a_sentence(row: Unsupported) -> None:
    with pytest.raises(InvalidRequest) as caught:
        JobRequest.from_body(body_with(row.level, {row.name: "something"}))
    where = {"job": "", "outputs": "outputs[0]."}.get(row.level, f"outputs[0].{row.level}[0].")
    assert caught.value.messages == [f"{where}{row.name} is not supported yet."]


@pytest.mark.parametrize("row", reachable("refused"), ids=lambda row: f"{row.level}.{row.name}")
def test_refused_settings_may_say_what_holds_anyway(row: Unsupported) -> None:
    for value in (None, False, "", "false", 0, "0", {}, [], [None], {"a": False}, *row.values):
        JobRequest.from_body(body_with(row.level, {row.name: value}))


@pytest.mark.parametrize("row", reachable("harmless"), ids=lambda row: f"{row.level}.{row.name}")
def test_harmless_settings_change_nothing(row: Unsupported) -> None:
    for value in ("something", 17, True, ["x"], {"y": 1}):
        with_hint = JobRequest.from_body(body_with(row.level, {row.name: value}))
        assert with_hint == JobRequest.from_body(body_with(row.level, {}))


@pytest.mark.parametrize(
    ("name", "value", "refused"),
    [
        ("audio_compression_threshold", -20, False),
        ("audio_compression_threshold", "-20", False),
        ("audio_compression_threshold", -20.5, True),
        ("video_bit_depth", 8.0, False),
        ("video_bit_depth", 10, True),
        ("decimate", 10**400, True),
        ("deinterlace_mode", "Frame-to-Frame", False),
        ("skip", {"require_audio": False}, False),
        ("skip", {"require_audio": True}, True),
        ("force_aac_profile", "he-aac", True),
        ("playlist_format", "hls", False),
        ("drm", "", False),
        ("sharpen", 1, True),
    ],
)
def test_only_a_value_that_asks_for_something_is_refused(name: str, value: object, refused: bool) -> None:
    body = body_with("outputs", {name: value})
    if not refused:
        JobRequest.from_body(body)
        return
    with pytest.raises(InvalidRequest, match=f"{name} is not supported yet"):
        JobRequest.from_body(body)


def test_refusals_name_the_hash_they_are_about() -> None:
    body = {"input": "s3://bucket/in.mov", "outputs": [{"sharpen": True, "thumbnails": {"filename": "{{number}}"}}]}
    with pytest.raises(InvalidRequest) as caught:
        JobRequest.from_body(body)
    assert caught.value.messages == [
        "outputs[0].sharpen is not supported yet.",
        "outputs[0].thumbnails[0].filename is not supported yet.",
    ]


def test_what_a_playlist_can_not_do_yet_is_refused_on_it_too() -> None:
    body = {
        "input": "s3://bucket/in.mov",
        "outputs": [{}, {"type": "playlist", "drm": {"method": "cenc"}, **MEMBERS_TO_REACH}],
    }
    body["outputs"][1]["streams"] = {"path": "a.m3u8", "bandwidth": 1}  # type: ignore[index]
    with pytest.raises(InvalidRequest) as caught:
        JobRequest.from_body(body)
    assert caught.value.messages == ["outputs[1].drm is not supported yet."]
