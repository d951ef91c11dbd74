from __future__ import annotations

import pytest

from tests.functions.api.world import World, world_in_memory


@pytest.fixture
def world(monkeypatch):
    with world_in_memory(monkeypatch) as made:
        yield made


def warnings(world: World, body: object) -> list[str]:
    key = world.account()
    job = world.call("POST", "/jobs", body, key=key).document["id"]
    return world.call("GET", f"/jobs/{job}", key=key).document["job"]["warnings"]


def test_a_request_that_is_all_heeded_gives_no_warnings(world: World) -> None:
    assert warnings(world, {"input": "s3://bucket/a.mov", "outputs": [{"width": 640}]}) == []


def test_what_has_no_effect_is_named_with_the_reason(world: World) -> None:
    body = {
        "input": "s3://bucket/a.mov",
        "region": "europe",
        "width": 640,
        "output": {"widht": 640, "size": "320x240", "width": 480, "thumbnails": {"number": 2, "label": "t", "foo": 1}},
    }
    assert warnings(world, body) == [
        "region has no effect: work runs in the region of the deployment.",
        "width is not a setting of a job (it is one of an output and of a thumbnail set and of a watermark and"
        " of a stream) and was ignored.",
        "outputs[0].widht is not a setting of an output and was ignored.",
        "outputs[0].thumbnails[0].foo is not a setting of a thumbnail set and was ignored.",
        "outputs[0].size has no effect: width decides.",
    ]


def test_a_body_full_of_nonsense_is_warned_of_within_reason(world: World) -> None:
    body = {"input": "s3://bucket/a.mov", **{f"{'x' * 500}{index}\n": index for index in range(300)}}
    found = warnings(world, body)
    assert len(found) == 1  # they all look alike when shortened
    assert len(found[0]) < 120
    assert "\n" not in found[0]
