"""Where watermarks lie on the encoded frame, what doesn't fit, and which renditions may still be shared."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from stepcoder.plan.assets import Picture, Unusable
from stepcoder.plan.geometry import Box
from stepcoder.plan.model import Plan
from stepcoder.plan.rendition import Overlay
from tests.core.plan.films import media, plan, video

LOGO, OTHER, GONE = "s3://bucket/logo.png", "s3://bucket/other.png", "s3://bucket/gone.png"
IMAGES = {
    LOGO: Picture(name="logo", width=200, height=100),
    OTHER: Picture(name="other", width=31, height=21),
    GONE: Unusable(error_class="FileNotFoundError", message="A watermark can't be had: there is none."),
}


def planned(*outputs: dict[str, Any], **changes: Any) -> Plan:
    return plan(*outputs, source=media(video=video(**changes)), images=IMAGES)


def laid(mark: dict[str, Any], **output: Any) -> Overlay:
    made = planned({"size": "1280x720", "watermark": {"url": LOGO, **mark}, **output})
    assert made.rejections == () and made.warnings == ()
    (overlay,) = made.video[0].watermarks
    return overlay


def test_left_alone_it_keeps_its_size_ten_pixels_from_the_lower_right() -> None:
    assert laid({}) == Overlay(
        image="logo", natural=Box(width=200, height=100), box=Box(width=200, height=100, x=1070, y=610)
    )


@pytest.mark.parametrize(
    ("x", "left"),
    [
        (0, 0), (7, 7), ("25", 25), ("10%", 128), ("2.5%", 32), ("centered", 540), (-0.0, 1080), ("-0", 1080),
        (-5, 1075), ("-10%", 952), (7.5, 8),
    ],
)  # fmt: skip
def test_x_counts_from_either_edge_in_pixels_or_percent(x: object, left: int) -> None:
    assert laid({"x": x}).box.x == left


@pytest.mark.parametrize(("y", "top"), [(0, 0), ("10%", 72), ("centered", 310), ("-0", 620), ("-10%", 548)])
def test_y_does_the_same_downwards(y: object, top: int) -> None:
    assert laid({"y": y}).box.y == top


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ({"width": 100}, (100, 50)),
        ({"height": "30"}, (60, 30)),
        ({"width": "50%"}, (640, 320)),
        ({"height": "10%"}, (144, 72)),
        ({"width": 300, "height": "10%"}, (300, 72)),
        ({"width": 33}, (33, 16)),
    ],
)
def test_its_own_shape_is_kept_where_one_side_is_given(asked: dict[str, Any], size: tuple[int, int]) -> None:
    box = laid(asked).box
    assert (box.width, box.height) == size


def test_opacity_is_exact() -> None:
    assert laid({"opacity": "0.1"}).opacity == Fraction(1, 10)


@pytest.mark.parametrize(
    ("origin", "left", "width"), [({}, 240, 108), ({"origin": "content"}, 240, 108), ({"origin": "frame"}, 0, 180)]
)
def test_with_padding_origin_says_whose_edges_count(origin: dict[str, str], left: int, width: int) -> None:
    """A picture of 720x1080 in a frame of 1200x1080 has 240 pixels of black at either side."""
    box = _padded({"x": 0, "y": 0, "width": "15%", **origin})
    assert (box.x, box.width) == (left, width)


def _padded(mark: dict[str, Any]) -> Box:
    made = planned(
        {"size": "1200x1080", "aspect_mode": "pad", "watermark": {"url": LOGO, **mark}}, width=720, height=1080
    )
    return made.video[0].watermarks[0].box


def test_in_the_padding_is_inside_the_frame() -> None:
    assert _padded({"x": 730, "y": 0}).x == 970


def test_a_turned_source_is_counted_as_it_is_shown() -> None:
    made = planned({"watermark": {"url": LOGO, "x": "-0", "y": "-0"}}, rotation=90)
    box = made.video[0].watermarks[0].box
    assert (made.video[0].geometry.frame.width, box.x, box.y) == (1080, 880, 1820)


MISFITS: list[tuple[dict[str, Any], str]] = [
    ({"x": -1200}, "200x100 at -120, 610"),
    ({"x": 1081}, "200x100 at 1081, 610"),
    ({"y": "95%"}, "200x100 at 1070, 684"),
    ({"width": 1300, "x": 0, "y": 0}, "1300x650 at 0, 0"),
]


@pytest.mark.parametrize(("mark", "place"), MISFITS)
def test_what_does_not_fit_is_left_out_with_a_word(mark: dict[str, Any], place: str) -> None:
    watermarks = [{"url": OTHER}, {"url": LOGO, **mark}]
    made = planned({"size": "1280x720", "watermarks": watermarks})
    assert [overlay.image for overlay in made.video[0].watermarks] == ["other"]
    assert made.warnings == (
        f"Output 1: watermark 2 does not fit into the frame of 1280x720 ({place}) and was left out.",
    )


@pytest.mark.parametrize(("mark", "place"), MISFITS)
def test_under_strict_it_fails_the_output(mark: dict[str, Any], place: str) -> None:
    made = planned({"size": "1280x720", "strict": True, "watermark": {"url": LOGO, **mark}}, {"size": "640x360"})
    (rejection,) = made.rejections
    assert (rejection.output_id, rejection.error_class) == (1, "InvalidVideoSettingsError")
    assert rejection.message == f"Watermark 1 does not fit into the frame of 1280x720 ({place})."
    assert [output.output_id for output in made.outputs] == [2]


def test_one_that_would_vanish_fails_the_output() -> None:
    made = planned({"size": "640x360", "watermark": {"url": LOGO, "height": "0.1%"}})
    assert [rejection.error_class for rejection in made.rejections] == ["DimensionTooSmallError"]


def test_a_picture_that_can_not_be_had_fails_only_the_outputs_that_ask_for_it() -> None:
    made = planned({"watermarks": [{"url": LOGO}, {"url": GONE}]}, {}, {"watermark": GONE, "skip_video": True})
    (rejection,) = made.rejections
    assert (rejection.output_id, rejection.error_class) == (1, "FileNotFoundError")
    assert "there is none" in rejection.message
    assert [output.output_id for output in made.outputs] == [2, 3]


def test_renditions_are_shared_only_with_the_same_watermarks() -> None:
    mark = {"watermark": {"url": LOGO, "x": 0}}
    made = planned({"label": "a"}, {"label": "b", **mark}, {"label": "c", **mark}, {"watermark": {"url": LOGO, "x": 1}})
    assert [output.video for output in made.outputs] == ["v0", "v1", "v1", "v2"]
    assert len(made.ladders) == 1


def test_they_lie_on_each_other_as_listed() -> None:
    made = planned({"watermarks": [{"url": LOGO}, {"url": OTHER}]})
    assert [overlay.image for overlay in made.video[0].watermarks] == ["logo", "other"]


def test_a_plan_with_watermarks_survives_storage() -> None:
    made = planned({"watermark": {"url": LOGO, "opacity": 0.3}})
    assert Plan.model_validate_json(made.model_dump_json()) == made
