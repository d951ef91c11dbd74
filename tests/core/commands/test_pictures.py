"""What the commands do to pictures, judged by their pixels: turning, cropping, padding, stretching, deinterlacing."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg as graph
import pytest

from stepcoder.commands.stills import runs, take_stills
from stepcoder.commands.video_chunk import Encode, conform, encode_chunk
from stepcoder.media import MediaInfo
from stepcoder.plan.model import Chunk, Deinterlace
from tests.clips import source
from tests.clips.frame_numbers import frame_numbers
from tests.core.commands.worker import Picture, encode, ffmpeg, media_of, planned, run, served

pytestmark = pytest.mark.slow


def coloured(directory: Path, layout: str, size: str) -> Path:
    """Half a second of four blocks: red, green, blue, yellow, laid out as xstack says."""
    path = directory / "blocks.mp4"
    inputs = [word for name in ("red", "lime", "blue", "yellow")
              for word in ("-f", "lavfi", "-i", f"color=c={name}:s={size}:r=24:d=0.5")]  # fmt: skip
    stack = f"xstack=inputs=4:layout={layout},format=yuv420p"
    ffmpeg(*inputs, "-filter_complex", stack, "-c:v", "libx264", "-qp", "4", str(path))
    return path


@pytest.fixture(scope="module")
def quarters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """240x160: red and green above blue and yellow."""
    return coloured(tmp_path_factory.mktemp("quarters"), "0_0|w0_0|0_h0|w0_h0", "120x80")


@pytest.fixture(scope="module")
def quarters_to_turn(quarters: Path) -> Path:
    """The same, to be shown turned clockwise by 90 degrees."""
    path = quarters.with_name("turned.mp4")
    ffmpeg("-display_rotation", "-90", "-i", str(quarters), "-c", "copy", str(path))
    return path


@pytest.fixture(scope="module")
def stripes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """320x160: stripes of 80."""
    return coloured(tmp_path_factory.mktemp("stripes"), "0_0|w0_0|w0+w1_0|w0+w1+w2_0", "80x160")


def made(path: Path, directory: Path, **members: Any) -> Picture:
    return Picture(encode(path, planned(path, {"quality": 5, **members}), directory)["v0"])


TURNS = {0: "red green blue yellow", 90: "blue red yellow green", 180: "yellow blue green red",
         270: "green yellow red blue"}  # fmt: skip


def corners(picture: Picture) -> str:
    return " ".join(picture.colour(x, y) for y in (0.25, 0.75) for x in (0.25, 0.75))


@pytest.mark.parametrize("asked", [None, 0, 90, 180, 270])
@pytest.mark.parametrize("marked", [False, True], ids=["unmarked", "marked to be turned"])
def test_rotate_turns_clockwise_in_place_of_what_the_source_says(
    quarters: Path, quarters_to_turn: Path, tmp_path: Path, asked: int | None, marked: bool
) -> None:
    picture = made(quarters_to_turn if marked else quarters, tmp_path, **({} if asked is None else {"rotate": asked}))
    turn = asked if asked is not None else (90 if marked else 0)
    assert corners(picture) == TURNS[turn]
    assert (picture.width, picture.height) == ((160, 240) if turn in (90, 270) else (240, 160))


@pytest.mark.parametrize("size", ["80x120", "120x80"])
def test_a_turned_picture_is_scaled_upright(quarters: Path, tmp_path: Path, size: str) -> None:
    picture = made(quarters, tmp_path, rotate=90, size=size, aspect_mode="stretch")
    assert f"{picture.width}x{picture.height}" == size
    assert corners(picture) == TURNS[90]


@pytest.mark.parametrize(
    ("mode", "size", "colours"),
    [
        ("preserve", "160x80", "red green blue yellow"),
        ("stretch", "160x160", "red green blue yellow"),
        ("crop", "160x160", "green green blue blue"),
        ("pad", "160x160", "red green blue yellow"),
    ],
)
def test_modes_of_shape(stripes: Path, tmp_path: Path, mode: str, size: str, colours: str) -> None:
    picture = made(stripes, tmp_path, size="160x160", aspect_mode=mode)
    assert f"{picture.width}x{picture.height}" == size
    assert " ".join(picture.colour(x, 0.5) for x in (0.125, 0.375, 0.625, 0.875)) == colours
    edge = "black" if mode == "pad" else picture.colour(0.5, 0.5)
    assert [picture.colour(0.5, y) for y in (0.02, 0.2, 0.8, 0.98)] == [edge] * 4
    # The bars are 40 of 160 lines high, to the line.
    assert mode != "pad" or [picture.colour(0.1, y / 160) for y in (38, 41, 118, 121)] == [
        "black",
        "red",
        "red",
        "black",
    ]


def test_a_ladder_s_smaller_pictures_are_as_good_as_scaled_directly(tmp_path: Path) -> None:
    clip = source("cfr_25")
    sizes = [{"size": size, "crf": 10, "clip_length": 1} for size in ("320x180", "240x136", "160x90")]
    ladder = encode(clip, planned(clip, *sizes), tmp_path)
    alone = tmp_path / "alone"
    alone.mkdir()
    for number in (1, 2):
        direct = encode(clip, planned(clip, sizes[number]), alone)["v0"]
        assert similarity(ladder[f"v{number}"], direct) > 0.98


def similarity(one: Path, other: Path) -> float:
    """SSIM of all frames."""
    argv = ["-nostdin", "-hide_banner", "-i", str(one), "-i", str(other), "-lavfi", "ssim", "-f", "null", "-"]
    found = re.search(r"All:([0-9.]+)", run(argv))
    assert found is not None
    return float(found[1])


def held(media: MediaInfo) -> int:
    """How many frames the first one is held for, because the sound begins earlier."""
    assert media.video is not None
    return round((media.video.first_pts - media.start) * media.video.frame_rate)


@pytest.mark.parametrize("name", ["cfr_25", "late_video", "h264_ts", "cfr_2997"])
def test_stills_are_the_frames_shown_at_their_times(tmp_path: Path, name: str) -> None:
    clip = source(name)
    late = held(media_of(clip))
    stills = planned(clip, {"thumbnails": {"times": [0, 1, 1.04, 4.02, 11]}}).thumbnails[0]
    rate = stills.timeline.frame_rate
    assert stills.frames == tuple(int(Fraction(time) * rate) for time in ("0", "1", "1.04", "4.02", "11"))
    groups = list(runs(stills.timeline, stills.frames))
    assert [len(group) for group in groups] == [4, 1]
    shown: list[int] = []
    with served(clip) as url:
        for group in groups:
            pattern = tmp_path / f"{group[0]}-%d.png"
            run(take_stills(url, stills.timeline, group, stills.geometries, "png", pattern, pre_roll=Fraction(6)))
            shown += [frame_numbers(tmp_path / f"{group[0]}-{at}.png")[0] for at in range(len(group))]
    assert shown == [max(0, frame - late) for frame in stills.frames]


def test_stills_have_their_own_size_and_format(stripes: Path, tmp_path: Path) -> None:
    stills = {"size": "101x101", "aspect_mode": "pad", "format": "jpg"}
    (taken,) = planned(stripes, {"size": "160x160", "aspect_mode": "crop", "thumbnails": stills}).thumbnails
    with served(stripes) as url:
        argv = take_stills(
            url, taken.timeline, taken.frames, taken.geometries, "jpg", tmp_path / "%d.jpg", pre_roll=None
        )
        assert not run(argv)
    picture = Picture(tmp_path / "0.jpg")
    assert (picture.width, picture.height) == (100, 100)
    assert [picture.colour(x, 0.5) for x in (0.25, 0.75)] == ["green", "blue"]


def test_a_blurred_still_keeps_its_size_and_loses_its_edges(stripes: Path, tmp_path: Path) -> None:
    (taken,) = planned(stripes, {"thumbnails": {"short_side": 120, "times": [0], "format": "webp"}}).thumbnails
    pictures = []
    with served(stripes) as url:
        for blurred in (False, True):
            path = tmp_path / f"{blurred}-%d.webp"
            shape = (taken.timeline, taken.frames, taken.geometries, "webp", path)
            assert not run(take_stills(url, *shape, pre_roll=None, blurred=blurred))
            pictures.append(tmp_path / f"{blurred}-0.webp")
    sharp, soft = (Picture(path) for path in pictures)
    assert {(each.width, each.height) for each in (sharp, soft)} == {(240, 120)}
    assert [soft.colour(x, 0.5) for x in (0.125, 0.875)] == ["red", "yellow"], "shapes stay"
    assert pictures[1].read_bytes()[8:12] == b"WEBP"
    assert len(soft.tones()) > 2 * len(sharp.tones())


def digests(path: Path, deinterlace: Deinterlace) -> list[str]:
    """A hash of each of the first 25 frames."""
    (ladder,) = planned(path, {}).ladders
    with served(path) as url:
        chunk = Chunk(index=0, start=0, end=25)
        picture = conform(url, ladder.timeline, chunk, pre_roll=None, deinterlace=deinterlace)
        lines = ffmpeg(*graph.get_args(graph.output(picture, "-", f="framemd5"))).decode().splitlines()
    return [line.split(",")[-1].strip() for line in lines if not line.startswith("#")]


def test_only_interlaced_frames_are_deinterlaced_unless_told(tmp_path: Path) -> None:
    plain = source("cfr_25")
    assert digests(plain, "flagged") == digests(plain, None)
    assert digests(plain, "all") != digests(plain, None)
    assert digests(source("interlaced_ts"), "flagged") != digests(source("interlaced_ts"), None)
    assert digests(source("interlaced_ts"), "all") == digests(source("interlaced_ts"), "flagged")


def test_detection_removes_the_combs(tmp_path: Path) -> None:
    clip = source("interlaced_ts")
    assert media_of(clip).video.interlaced  # type: ignore[union-attr]
    combed, clean = (
        combing(encode(clip, planned(clip, {"deinterlace": asked, "crf": 10, "clip_length": 1}), tmp_path)["v0"])
        for asked in ("off", "detect")
    )
    assert clean < combed / 3


def combing(path: Path) -> float:
    """How much lines differ from both of their neighbours in the same direction, on average."""
    width, height = 320, 160  # above the bar code
    pixels = ffmpeg("-i", str(path), "-vf", f"crop={width}:{height}:0:0", "-frames:v", "12", "-f", "rawvideo",
                    "-pix_fmt", "gray", "-")  # fmt: skip
    total = 0
    for at in range(width, len(pixels) - width, 7):
        above, here, below = pixels[at - width], pixels[at], pixels[at + width]
        total += max(0, min(here - above, here - below), min(above - here, below - here))
    return total / len(pixels)


def test_deinterlacing_keeps_every_frame_in_its_place(tmp_path: Path) -> None:
    clip = source("interlaced_ts")
    encoded = encode(clip, planned(clip, {"crf": 10}), tmp_path)["v0"]
    late = held(media_of(clip))
    # Lines from the frames around don't reach as far as the bar code's thresholds.
    assert frame_numbers(encoded) == [0] * late + list(range(300))


def test_a_rendition_at_source_size_is_not_made_from_an_enlarged_one(tmp_path: Path) -> None:
    clip = source("cfr_25")
    made = planned(clip, {"size": "640x360", "upscale": True}, {"size": "320x180"}, {"size": "160x90"})
    (ladder,) = made.ladders
    encodes = [Encode(rendition=made.rendition(name), path=tmp_path / name) for name in ladder.renditions]
    argv = encode_chunk("http://127.0.0.1/x", ladder.timeline, ladder.chunks[0], encodes, pre_roll=None)
    filters = argv[argv.index("-filter_complex") + 1]
    assert filters.count("scale=") == 2 and "scale=320:180" not in filters
