"""Frame sizes: the reference's worked modes, pixels that aren't square, turned pictures, and what always holds."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.plan.dimensions import AspectMode, SourceTooSmall, Wanted, decide_geometry, picture_of
from stepcoder.plan.geometry import Box, Geometry
from tests.core.plan.films import video

HD = Box(width=1280, height=720)
SQUARE = Fraction(1)


def size(box: Box | None) -> str:
    return f"{box.width}x{box.height}" + (f"+{box.x}+{box.y}" if box.x or box.y else "") if box else "-"


def shape(geometry: Geometry) -> tuple[str, str, str]:
    return size(geometry.crop), size(geometry.scale), size(geometry.pad)


def wanted(asked: str, mode: AspectMode = "preserve", upscale: bool = False) -> Wanted:
    width, _, height = asked.partition("x")
    return Wanted(width=int(width or 0) or None, height=int(height or 0) or None, aspect_mode=mode, upscale=upscale)


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("preserve", ("-", "640x360", "-")),
        ("stretch", ("-", "640x480", "-")),
        ("crop", ("960x720+160+0", "640x480", "-")),
        ("pad", ("-", "640x360", "640x480+0+60")),
    ],
)
def test_the_reference_s_worked_modes(mode: AspectMode, expected: tuple[str, str, str]) -> None:
    assert shape(decide_geometry(HD, SQUARE, wanted("640x480", mode))) == expected


@pytest.mark.parametrize(
    ("mode", "upscale", "expected"),
    [
        ("preserve", False, ("-", "1280x720", "-")),
        ("preserve", True, ("-", "1920x1080", "-")),
        ("stretch", False, ("-", "1280x720", "-")),
        ("stretch", True, ("-", "1920x1440", "-")),
        ("crop", False, ("960x720+160+0", "960x720", "-")),
        ("crop", True, ("960x720+160+0", "1920x1440", "-")),
        ("pad", False, ("-", "1280x720", "1920x1440+320+360")),
        ("pad", True, ("-", "1920x1080", "1920x1440+0+180")),
    ],
)
def test_a_target_larger_than_the_source(mode: AspectMode, upscale: bool, expected: tuple[str, str, str]) -> None:
    assert shape(decide_geometry(HD, SQUARE, wanted("1920x1440", mode, upscale))) == expected


def test_stretch_without_upscale_limits_each_side_by_itself() -> None:
    assert shape(decide_geometry(HD, SQUARE, wanted("640x1000", "stretch"))) == ("-", "640x720", "-")


@pytest.mark.parametrize(
    ("asked", "upscale", "expected"),
    [
        ("x", False, "1280x720"),
        ("640x", False, "640x360"),
        ("x480", False, "852x480"),
        ("853x", False, "852x478"),
        ("641x361", False, "640x360"),
        ("1920x", False, "1280x720"),
        ("1920x", True, "1920x1080"),
        ("x1080", True, "1920x1080"),
        ("1x1", False, "2x2"),
    ],
)
def test_one_side_odd_sides_and_no_side(asked: str, upscale: bool, expected: str) -> None:
    assert size(decide_geometry(HD, SQUARE, wanted(asked, upscale=upscale)).frame) == expected


def test_an_odd_source_is_rounded_down() -> None:
    assert shape(decide_geometry(Box(width=321, height=181), SQUARE, Wanted())) == ("-", "320x180", "-")


@pytest.mark.parametrize(
    ("asked", "mode", "expected"),
    [
        ("x", "preserve", ("-", "1024x576", "-")),
        ("640x", "preserve", ("-", "640x360", "-")),
        ("640x480", "preserve", ("-", "640x360", "-")),
        ("640x480", "crop", ("540x576+90+0", "640x480", "-")),
        ("640x480", "pad", ("-", "640x360", "640x480+0+60")),
        ("1024x576", "stretch", ("-", "1024x576", "-")),
    ],
)
def test_pixels_of_64_to_45_become_square(asked: str, mode: AspectMode, expected: tuple[str, str, str]) -> None:
    pal_wide = Box(width=720, height=576)
    assert shape(decide_geometry(pal_wide, Fraction(64, 45), wanted(asked, mode))) == expected


@pytest.mark.parametrize(
    ("rotation", "rotate", "picture", "ratio"),
    [
        (0, None, "720x576", Fraction(64, 45)),
        (90, None, "576x720", Fraction(45, 64)),
        (180, None, "720x576", Fraction(64, 45)),
        (270, None, "576x720", Fraction(45, 64)),
        (90, 0, "720x576", Fraction(64, 45)),
        (0, 270, "576x720", Fraction(45, 64)),
        (90, 180, "720x576", Fraction(64, 45)),
    ],
)
def test_the_picture_is_the_one_shown(rotation: int, rotate: int | None, picture: str, ratio: Fraction) -> None:
    stream = video(width=720, height=576, sample_aspect_ratio=Fraction(64, 45), rotation=rotation)
    found, pixel_ratio = picture_of(stream, rotate)
    assert (size(found), pixel_ratio) == (picture, ratio)


SIDES = st.integers(2, 4096)
RATIOS = st.fractions(Fraction(1, 3), 3, max_denominator=64)
ASKED = st.none() | st.integers(2, 4096)
MODES: st.SearchStrategy[AspectMode] = st.sampled_from(("preserve", "stretch", "crop", "pad"))


@given(SIDES, SIDES, RATIOS, ASKED, ASKED, MODES, st.booleans())
def test_whatever_is_asked_the_frame_can_be_encoded(
    width: int, height: int, ratio: Fraction, to_width: int | None, to_height: int | None, mode: AspectMode, up: bool
) -> None:
    source = Box(width=width, height=height)
    asked = Wanted(width=to_width, height=to_height, aspect_mode=mode, upscale=up)
    made = decide_geometry(source, ratio, asked)
    for box in (made.crop, made.scale, made.pad):
        if box is not None:
            assert all(side >= 2 and side % 2 == 0 for side in (box.width, box.height)), made
            assert box.x % 2 == 0 and box.y % 2 == 0, made
    assert_never_beyond(made, source, ratio, asked)


def assert_never_beyond(made: Geometry, source: Box, ratio: Fraction, asked: Wanted) -> None:
    if made.crop is not None:
        assert 0 <= made.crop.x <= source.width - made.crop.width
        assert 0 <= made.crop.y <= source.height - made.crop.height
    if made.pad is not None:
        assert made.pad.x + made.scale.width <= made.pad.width
        assert made.pad.y + made.scale.height <= made.pad.height
    if not asked.upscale:
        assert made.scale.width <= max(2, source.width * ratio)
        assert made.scale.height <= max(2, source.height)
    for side, limit in ((made.frame.width, asked.width), (made.frame.height, asked.height)):
        assert limit is None or side <= max(2, limit)


@given(st.integers(64, 4096), st.integers(64, 4096), RATIOS, st.integers(64, 4096), st.integers(64, 4096), MODES)
def test_nothing_is_distorted_unless_asked(
    width: int, height: int, ratio: Fraction, to_width: int, to_height: int, mode: AspectMode
) -> None:
    made = decide_geometry(Box(width=width, height=height), ratio, wanted(f"{to_width}x{to_height}", mode))
    if mode == "stretch":
        return
    cut = made.crop or made.source
    across, down = cut.width * ratio / made.scale.width, Fraction(cut.height, made.scale.height)
    # Rounding down to even takes less than two pixels of each side, before and after scaling.
    slack = sum(Fraction(2, side) for side in (cut.width, cut.height, made.scale.width, made.scale.height))
    assert abs(across / down - 1) <= 2 * slack


@pytest.mark.parametrize(
    ("source", "short_side", "expected"),
    [
        ("720x1280", 360, "360x640"),
        ("720x1280", 480, "480x854"),
        ("1280x720", 720, "1280x720"),
        ("1920x1080", 240, "428x240"),
        ("640x640", 480, "480x480"),
        ("853x480", 480, "854x480"),
    ],
)
def test_a_short_side_takes_the_long_one_with_it_rounded_up(source: str, short_side: int, expected: str) -> None:
    """videosdk-encoder-api 4.2: every size that the vendor's material shows."""
    width, height = map(int, source.split("x"))
    made = decide_geometry(Box(width=width, height=height), SQUARE, Wanted(short_side=short_side))
    assert shape(made) == ("-", expected, "-")


def test_a_short_side_is_that_of_the_picture_as_it_is_shown() -> None:
    turned, ratio = picture_of(video(width=1280, height=720, rotation=90))
    assert shape(decide_geometry(turned, ratio, Wanted(short_side=360))) == ("-", "360x640", "-")
    anamorphic = decide_geometry(Box(width=720, height=576), Fraction(64, 45), Wanted(short_side=288))
    assert shape(anamorphic) == ("-", "512x288", "-")


def test_a_short_side_longer_than_the_source_s_is_only_made_where_it_may_grow() -> None:
    with pytest.raises(SourceTooSmall):
        decide_geometry(HD, SQUARE, Wanted(short_side=722))
    assert shape(decide_geometry(HD, SQUARE, Wanted(short_side=1080, upscale=True))) == ("-", "1920x1080", "-")


@given(st.integers(16, 4000), st.integers(16, 4000), st.integers(2, 2000).map(lambda half: 2 * half))
def test_a_short_side_is_met_exactly_and_both_are_even(width: int, height: int, side: int) -> None:
    picture = Box(width=width, height=height)
    made = decide_geometry(picture, SQUARE, Wanted(short_side=side, upscale=True)).scale
    assert min(made.width, made.height) == side
    assert made.width % 2 == made.height % 2 == 0
    ideal = max(width, height) * side / min(width, height)
    assert 0 <= max(made.width, made.height) - ideal < 2.001
