"""Whole argument lists, held against the text files in `golden/`: one option with its value per line.

After a wanted change: RENEW_GOLDEN=1 python -m pytest tests/core/commands/test_whole_commands.py, then read the diff.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import pytest

from stepcoder.commands.audio_piece import encode_piece
from stepcoder.commands.stills import take_stills
from stepcoder.commands.transport_stream import copy_to_segments, copy_to_stream
from stepcoder.commands.video_chunk import Encode, encode_chunk
from stepcoder.plan.dimensions import AspectMode, Wanted, decide_geometry
from stepcoder.plan.geometry import Box, Geometry
from stepcoder.plan.keyframes import WantedKeyframes
from stepcoder.plan.model import AudioRendition, Chunk, Timeline
from stepcoder.plan.rendition import Overlay, VideoRendition
from tests.core.plan.films import NTSC_30, rendition, timeline

GOLDEN = Path(__file__).with_name("golden")
SOURCE = "http://127.0.0.1:8000/token"
HD = Box(width=1920, height=1080)
ONE = Fraction(1)
FILM = timeline(frames=3600, rate=NTSC_30, origin=Fraction(7, 5), container_start=Fraction(7, 5))
FIRST, MIDDLE = Chunk(index=0, start=0, end=360), Chunk(index=3, start=1080, end=1440)
LAST = Chunk(index=9, start=3240, end=None)
SOUND = AudioRendition(
    id="a0",
    bitrate_kbps=112,
    sample_rate=48000,
    channels=2,
    origin=Fraction(7, 5),
    container_start=Fraction(7, 5),
    stream=1,
)


def shaped(asked: str, mode: AspectMode = "preserve") -> Geometry:
    width, height = (int(side) for side in asked.split("x"))
    return decide_geometry(HD, ONE, Wanted(width=width, height=height, aspect_mode=mode))


def chunk(
    *renditions: VideoRendition,
    at: Chunk = MIDDLE,
    line: Timeline = FILM,
    number: Literal[1, 2] | None = None,
    kbps: int | None = None,
    pre_roll: Fraction | None = ONE,
    **others: Any,
) -> list[str]:
    encodes = [
        Encode(
            rendition=each,
            path=Path("-") if number == 1 else Path(f"scratch/{each.id}.mp4"),
            passlog=Path(f"scratch/{each.id}") if number else None,
            pass_number=number,
            bitrate_kbps=kbps,
        )
        for each in renditions
    ]
    return encode_chunk(SOURCE, line, at, encodes, pre_roll=pre_roll, **others)


def ntsc(name: str = "v0", asked: str = "1280x720", mode: AspectMode = "preserve", **wanted: Any) -> VideoRendition:
    return rendition(name, rate=NTSC_30, geometry=shaped(asked, mode), **wanted)


def commands() -> Iterator[tuple[str, list[str]]]:
    fixed = WantedKeyframes(interval=120, fixed=True)
    ladder = [
        ntsc("v0", "1280x720", keyframes=fixed, profile="high", b_frames=2, threads=6),
        ntsc("v1", "640x360", keyframes=fixed, profile="main", crf=20, speed=5, threads=2),
    ]
    yield "ladder_middle", chunk(*ladder)
    yield "ladder_first", chunk(*ladder, at=FIRST)
    yield "ladder_last_long_pre_roll", chunk(*ladder, at=LAST, pre_roll=Fraction(60))
    yield "ladder_from_start", chunk(*ladder, pre_roll=None)
    yield "first_pass", chunk(ntsc(bitrate_kbps=900), number=1)
    yield "second_pass", chunk(ntsc(bitrate_kbps=900), number=2, kbps=1100)
    yield "one_pass_bitrate", chunk(ntsc(bitrate_kbps=900, one_pass=True, cap_kbps=1200))
    yield "without_scaling", chunk(ntsc(asked="1920x1080"))
    yield "crop", chunk(ntsc(asked="640x480", mode="crop"))
    yield "pad", chunk(ntsc(asked="640x480", mode="pad"))
    yield "forced_keyframes", chunk(ntsc(keyframes=WantedKeyframes(forced_interval=90)))
    yield "deinterlace_flagged", chunk(ntsc(), deinterlace="flagged")
    yield "deinterlace_all", chunk(ntsc(), deinterlace="all")
    yield "rotate", chunk(ntsc(), line=FILM.model_copy(update={"rotate": 90}))
    clip = FILM.model_copy(update={"origin": Fraction(22, 5), "lead": Fraction(3), "clipped": True})
    yield "clip_first", chunk(ntsc(), line=clip, at=FIRST)
    yield from watermark_commands()
    yield from audio_commands()
    yield from still_commands()
    segment, frame = 180 / NTSC_30, 1 / NTSC_30
    yield "transport_segments", copy_to_segments(Path("out/web-%05d.ts"), Path("out/list.m3u8"), segment, frame)
    yield "transport_stream", copy_to_stream(Path("out/web.ts"))


def watermark_commands() -> Iterator[tuple[str, list[str]]]:
    logo = Box(width=200, height=100)
    plain = Overlay(image="watermarks/a.png", natural=logo, box=Box(width=200, height=100, x=1070, y=610))
    odd = Box(width=31, height=16, x=33, y=4)
    small = Overlay(image="watermarks/a.png", natural=logo, box=odd, opacity=Fraction(1, 4))
    images = {"watermarks/a.png": Path("scratch/a.png")}
    large, least = ntsc("v0", "1280x720"), ntsc("v1", "640x360")
    deep = ntsc("v2", "480x270", profile="high10").model_copy(update={"watermarks": (small, plain)})
    marked = large.model_copy(update={"watermarks": (plain,)})
    yield "watermark_on_one_rung", chunk(marked, least, images=images)
    yield "watermarks_scaled_faded_and_odd", chunk(deep, images=images)


def audio_commands() -> Iterator[tuple[str, list[str]]]:
    path = Path("scratch/sound.mp4")
    yield "audio_whole", encode_piece(SOURCE, SOUND, (0, None), path, pre_roll=None)
    yield "audio_piece", encode_piece(SOURCE, SOUND, (14062, 28124), path, pre_roll=Fraction(20))
    yield "audio_last_piece", encode_piece(SOURCE, SOUND, (28124, None), path, pre_roll=Fraction(20))
    clip = SOUND.model_copy(update={"origin": Fraction(22, 5), "duration": Fraction(5, 2), "channels": 1})
    yield "audio_clip", encode_piece(SOURCE, clip, (0, None), path, pre_roll=None)


def still_commands() -> Iterator[tuple[str, list[str]]]:
    frame = shaped("640x480", "pad")
    own = decide_geometry(Box(width=640, height=480), ONE, Wanted(width=160, height=120))
    pattern = Path("scratch/still-%05d.png")
    yield "stills_png", take_stills(SOURCE, FILM, (300, 330, 420), [frame], "png", pattern, pre_roll=ONE)
    yield (
        "stills_jpg_of_their_own_size",
        take_stills(
            SOURCE,
            FILM,
            (0,),
            [frame, own],
            "jpg",
            Path("scratch/still-%05d.jpg"),
            pre_roll=None,
            deinterlace="flagged",
        ),
    )

    small = decide_geometry(Box(width=1280, height=720), ONE, Wanted(short_side=240))
    pattern = Path("scratch/still-%05d.webp")
    soft = take_stills(SOURCE, FILM, (0,), [small], "webp", pattern, pre_roll=None, blurred=True)
    yield "stills_webp_blurred", soft


def text_of(argv: list[str]) -> str:
    """One option with its value per line, a filter graph at one filter chain per line."""
    lines: list[str] = []
    for word in argv:
        if is_option(word):
            lines.append(word)
        elif lines and lines[-1].startswith("-") and " " not in lines[-1]:
            lines[-1] += " " + word.replace(";", ";\n    ")
        else:
            lines.append(word)
    return "\n".join(lines) + "\n"


def is_option(word: str) -> bool:
    return word.startswith("-") and word != "-" and not word[1:].isdigit()


CASES = dict(commands())


@pytest.mark.parametrize("name", CASES)
def test_the_command_is_the_golden_one(name: str) -> None:
    file = GOLDEN / f"{name}.txt"
    if os.environ.get("RENEW_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text_of(CASES[name]))
    assert text_of(CASES[name]) == file.read_text()


def test_no_golden_file_is_left_over() -> None:
    assert {file.stem for file in GOLDEN.iterdir()} == set(CASES)


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("transport")])
def test_a_source_is_opened_through_the_loopback_reader_only(name: str) -> None:
    argv = CASES[name]
    before_input = argv[: argv.index("-i")]
    assert before_input[before_input.index("-protocol_whitelist") + 1] == "http,tcp"
    assert "-format_whitelist" in before_input and "-copyts" in before_input
    assert argv.count("-i") == 1 + name.startswith("watermark") and "-nostdin" in argv


@pytest.mark.parametrize("name", [name for name in CASES if name.startswith("watermark")])
def test_a_watermark_is_read_as_the_one_file_it_is(name: str) -> None:
    argv = CASES[name]
    options_of_image = argv[argv.index("-i") + 2 : argv.index("scratch/a.png") - 1]
    assert options_of_image == ["-f", "png_pipe", "-protocol_whitelist", "file"]


def test_chunks_of_a_rendition_differ_only_in_what_names_the_chunk() -> None:
    """Everything else goes into the parameter sets, which must be equal to share one init segment."""
    middle, first = (options(CASES[name]) for name in ("ladder_middle", "ladder_first"))
    differing = {name for name in middle | first if middle.get(name) != first.get(name)}
    assert differing == {"-noaccurate_seek", "-ss", "-filter_complex", "-force_key_frames", "-fragment_index"}


def options(argv: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"": []}
    name = ""
    for word in argv:
        if is_option(word):
            name = word
        found.setdefault(name, []).append(word)
    return found
