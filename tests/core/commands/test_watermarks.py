"""Watermarks judged by pixels: at their place, nowhere else, on no other rendition, the same in every chunk."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg as graph
import pytest

from stepcoder.commands.source import GLOBAL
from stepcoder.commands.video_chunk import conform
from stepcoder.commands.watermarks import marked
from stepcoder.plan.assets import Picture
from stepcoder.plan.model import Chunk, Plan
from tests.core.commands.worker import encode, ffmpeg, media_of, served
from tests.core.plan.films import plan

pytestmark = pytest.mark.slow

RED, BLUE = (255, 0, 0), (0, 0, 255)
WHITE, GREY, BLACK = (255, 255, 255), (128, 128, 128), (0, 0, 0)
Pixel = tuple[int, int, int]


class Shown:
    """The pixels of a film's first frame."""

    def __init__(self, path: Path) -> None:
        stream = media_of(path).video
        assert stream is not None
        self.width, self.height = stream.width, stream.height
        self.pixels = ffmpeg("-i", str(path), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")

    def at(self, x: int, y: int) -> Pixel:
        offset = 3 * (y * self.width + x)
        red, green, blue = self.pixels[offset : offset + 3]
        return red, green, blue

    def box_of(self, colour: Pixel) -> tuple[int, int, int, int]:
        """Left, top, width and height of what has a colour. Everything in that box has it, and nothing outside."""
        points = [(x, y) for y in range(self.height) for x in range(self.width) if near(self.at(x, y), colour)]
        left, top = min(x for x, _ in points), min(y for _, y in points)
        width, height = max(x for x, _ in points) - left + 1, max(y for _, y in points) - top + 1
        assert len(points) == width * height
        return left, top, width, height

    def has(self, colour: Pixel) -> bool:
        return any(near(self.at(x, y), colour) for y in range(self.height) for x in range(self.width))


def near(one: Pixel, other: Pixel, tolerance: int = 70) -> bool:
    """Wide enough for the chroma of 4:2:0 at edges, narrower than the distance of the colours used here."""
    return all(abs(a - b) <= tolerance for a, b in zip(one, other, strict=True))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of grey, 320x180."""
    path = tmp_path_factory.mktemp("film") / "grey.mp4"
    grey = "color=c=0x808080:s=320x180:r=30000/1001:d=2,format=yuv420p"
    ffmpeg("-f", "lavfi", "-i", grey, "-c:v", "libx264", "-qp", "2", str(path))
    return path


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    """Red; blue and white of odd sides; and red of 20x20 amid 40x40 that is black where it is invisible."""
    directory = tmp_path_factory.mktemp("images")
    drawn = {
        "red": "color=c=red:s=40x20,format=rgba",
        "blue": "color=c=blue:s=31x21,format=rgba",
        "white": "color=c=white:s=31x21,format=rgba",
        "hollow": "color=c=red:s=20x20,format=rgba,pad=40:40:10:10:color=black@0",
    }
    for name, source in drawn.items():
        ffmpeg("-f", "lavfi", "-i", source, "-frames:v", "1", str(directory / f"{name}.png"))
    return {name: directory / f"{name}.png" for name in drawn}


PICTURES = {
    "http://h.example/red.png": Picture(name="red", width=40, height=20),
    "http://h.example/blue.png": Picture(name="blue", width=31, height=21),
    "http://h.example/white.png": Picture(name="white", width=31, height=21),
    "http://h.example/hollow.png": Picture(name="hollow", width=40, height=40),
}


def mark(name: str, **members: Any) -> dict[str, Any]:
    return {"url": f"http://h.example/{name}.png", **members}


def planned(film: Path, *outputs: dict[str, Any]) -> Plan:
    made = plan(*({"speed": 5, "crf": 4, **each} for each in outputs), source=media_of(film), images=PICTURES)
    assert made.warnings == () and made.rejections == ()
    return made


Show = Callable[..., Shown]


@pytest.fixture
def show(film: Path, images: Mapping[str, Path], tmp_path: Path) -> Show:
    def shown(*marks: dict[str, Any], source: Path = film, **members: Any) -> Shown:
        made = planned(source, {"watermarks": list(marks), **members})
        return Shown(encode(source, made, tmp_path, Chunk(index=0, start=0, end=3), images)["v0"])

    return shown


@pytest.mark.parametrize(
    ("members", "box"),
    [
        ({}, (270, 150, 40, 20)),
        ({"x": "-0", "y": "-0"}, (280, 160, 40, 20)),
        ({"x": 0, "y": 0}, (0, 0, 40, 20)),
        ({"x": "centered", "y": "20%"}, (140, 36, 40, 20)),
        ({"x": 4, "y": 4, "width": "50%", "height": "50%"}, (4, 4, 160, 90)),
    ],
)
def test_it_lies_where_it_is_asked_to_and_nowhere_else(
    show: Show, members: dict[str, Any], box: tuple[int, int, int, int]
) -> None:
    picture = show(mark("red", **members))
    assert picture.box_of(RED) == box
    left, top, width, height = box
    around = {(left - 3, top + 5), (left + width + 2, top + 5), (left + 5, top - 3), (left + 5, top + height + 2)}
    for x, y in around:
        if 0 <= x < 320 and 0 <= y < 180:
            assert near(picture.at(x, y), GREY, 12), (x, y)


@pytest.mark.parametrize(
    ("members", "box"),
    [
        ({"x": "-0", "y": "-0"}, (289, 159, 31, 21)),
        ({"x": 33, "y": 7}, (33, 7, 31, 21)),
        ({"x": 32, "y": 7, "width": 51, "height": 40}, (32, 7, 51, 40)),
    ],
)
def test_odd_places_and_sides_are_met_to_the_pixel(
    show: Show, members: dict[str, Any], box: tuple[int, int, int, int]
) -> None:
    """White on grey, which differ in brightness only: colour is kept for every other pixel."""
    assert show(mark("white", **members)).box_of(WHITE) == box


def test_opacity_mixes_it_with_the_film(show: Show) -> None:
    half, none = show(mark("red", x=20, y=20, opacity=0.5)), show(mark("red", x=20, y=20, opacity=0))
    assert near(half.at(40, 30), (191, 64, 64), 8)
    assert near(none.at(40, 30), GREY, 8)


def test_what_is_invisible_of_it_leaves_no_trace_when_it_is_scaled(show: Show) -> None:
    picture = show(mark("hollow", x=20, y=20, width=120))
    assert picture.box_of(RED) == pytest.approx((50, 50, 60, 60), abs=1)
    assert near(picture.at(30, 80), GREY, 8)
    # Black from the invisible part would make a dark rim around the red: no pixel may be darker than red or grey.
    assert min(picture.at(x, 80)[0] for x in range(20, 140)) > 115


def test_later_ones_lie_on_earlier_ones(show: Show) -> None:
    picture = show(mark("red", x=20, y=20, width=80), mark("blue", x=30, y=25))
    assert near(picture.at(45, 35), BLUE) and near(picture.at(90, 50), RED)


def test_the_same_picture_may_be_shown_twice(show: Show) -> None:
    places = [(0, 0), (100, 60), (200, 100)]
    picture = show(*(mark("red", x=x, y=y, width=40 if x < 200 else 20) for x, y in places))
    assert all(near(picture.at(x + 9, y + 5), RED) for x, y in places)


@pytest.mark.parametrize(("origin", "left"), [("content", 110), ("frame", 10)])
def test_with_bars_at_the_sides(show: Show, origin: str, left: int) -> None:
    members = {"size": "520x180", "aspect_mode": "pad"}
    picture = show(mark("red", x=10, y=10, origin=origin), **members)
    assert picture.box_of(RED) == (left, 10, 40, 20)
    assert near(picture.at(80, 90), BLACK, 12)


def test_a_turned_film_is_marked_upright(show: Show, film: Path, tmp_path: Path) -> None:
    turned = tmp_path / "turned.mp4"
    ffmpeg("-display_rotation", "-90", "-i", str(film), "-c", "copy", str(turned))
    for source, members in ((turned, {}), (film, {"rotate": 90})):
        picture = show(mark("red", x="-0", y=0), source=source, **members)
        assert (picture.width, picture.height) == (180, 320)
        assert picture.box_of(RED) == (140, 0, 40, 20)


def test_ten_bits_stay_ten_bits(show: Show) -> None:
    picture = show(mark("red", x=20, y=20), video_codec_profile="high10")
    assert picture.box_of(RED) == (20, 20, 40, 20)


def test_no_other_rung_of_the_ladder_shows_it(film: Path, images: Mapping[str, Path], tmp_path: Path) -> None:
    """The unmarked ones are scaled from marked ones' pictures, before those were marked."""
    marks = [
        {"watermark": mark("red", x=0, y=0)},
        {},
        {"watermarks": [mark("blue", x=0, y=0), mark("red", x=80, y=40)]},
    ]
    sizes = ("320x180", "320x180", "160x90")
    outputs = [{"size": size, **each} for size, each in zip(sizes, marks, strict=True)] + [{"size": "100x56"}]
    made = planned(film, *outputs)
    assert len(made.ladders) == 1
    files = encode(film, made, tmp_path, Chunk(index=0, start=0, end=3), images)
    shown = [Shown(files[output.video or ""]) for output in made.outputs]
    assert [picture.has(RED) for picture in shown] == [True, False, True, False]
    assert [picture.has(BLUE) for picture in shown] == [False, False, True, False]
    plain = tmp_path / "plain"
    plain.mkdir()
    (alone,) = encode(film, planned(film, outputs[1]), plain, Chunk(index=0, start=0, end=3)).values()
    assert frames_of(files["v1"]) == frames_of(alone)


def frames_of(path: Path) -> list[str]:
    lines = ffmpeg("-i", str(path), "-f", "framemd5", "-").decode().splitlines()
    return [line.split(",")[-1].strip() for line in lines if not line.startswith("#")]


def test_chunks_have_the_frames_of_the_whole(images: Mapping[str, Path], tmp_path: Path) -> None:
    """By hash and number; every frame of this film is another."""
    film = tmp_path / "moving.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=s=320x180:r=30000/1001:d=4", "-c:v", "libx264", "-g", "25", str(film))
    members = {"watermarks": [mark("red", opacity=0.5), mark("blue", x=3, y=3, width="20%")]}
    made = planned(film, members)
    whole = hashes(film, made, images, Chunk(index=0, start=0, end=None))
    cuts = [0, 31, 60, 119, None]
    parts = [Chunk(index=at, start=cuts[at] or 0, end=cuts[at + 1]) for at in range(4)]
    assert [frame for part in parts for frame in hashes(film, made, images, part)] == whole
    assert [number for number, _ in whole] == list(range(120))
    assert len({digest for _, digest in whole}) == 120


def hashes(film: Path, made: Plan, images: Mapping[str, Path], chunk: Chunk) -> list[tuple[int, str]]:
    (ladder,) = made.ladders
    with served(film) as url:
        picture = conform(url, ladder.timeline, chunk, pre_roll=Fraction(1), deinterlace=None)
        (picture,) = marked([picture], [made.video[0]], images, ladder.timeline.frame_rate)
        output = graph.output(picture, "-", f="framemd5", fps_mode="passthrough", enc_time_base="filter")
        quiet = [word for word in GLOBAL if word not in ("-progress", "pipe:1", "-y", "-hide_banner", "-nostdin")]
        lines = ffmpeg(*graph.get_args(output.global_args(*quiet))).decode().splitlines()
    rows = [line.split(",") for line in lines if line and not line.startswith("#")]
    return [(int(row[2]), row[5].strip()) for row in rows]
