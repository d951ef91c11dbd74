"""What each test source is known to contain, as facts to hold programs against. How it is made: films.py, broken.py."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from tests.clips import cache
from tests.clips.broken import BROKEN
from tests.clips.films import AUDIO_ONLY, MP4, OTHER_CONTAINERS, STILLS
from tests.clips.recipes import NTSC, Recipe

RECIPES: dict[str, Recipe] = {**MP4, **OTHER_CONTAINERS, **AUDIO_ONLY, **STILLS, **BROKEN}


@dataclass(frozen=True)
class Clip:
    """One source. Times are seconds in source timestamps; None where there is no such thing or nothing is promised."""

    name: str
    frame_rate: Fraction | None = None  # what an output grid should have
    frames: int | None = None  # decoded frames
    first_pts: Fraction | None = None  # of the first decoded video frame
    end: Fraction | None = None  # of the last video frame; of the sound where there is no video
    constant: bool = True
    notes: str = ""

    @property
    def path(self) -> Path:
        """The file; made at first use, then cached."""
        return cache.ensure(self.name, RECIPES)


def _constant(name: str, rate: Fraction | int, frames: int, first: str = "0", notes: str = "") -> Clip:
    rate, start = Fraction(rate), Fraction(first)
    return Clip(name, rate, frames, start, start + frames / rate, notes=notes)


FILMS = (
    _constant("cfr_23976", 24 / NTSC, 288),
    _constant("cfr_25", 25, 300, notes="index in front"),
    _constant("cfr_2997", 30 / NTSC, 360, notes="index at the end"),
    _constant("cfr_5994", 60 / NTSC, 720),
    Clip("vfr", Fraction(12406, 567), 350, Fraction(0), Fraction(1440553, 90000), constant=False),
    Clip(
        *("vfr_held_frame", Fraction(30), 451, Fraction(0), Fraction(24)),
        constant=False,
        notes="30 frames a second, but frame 210 stands from 7 s to 16 s; numbers 211 to 479 are missing",
    ),
    _constant("long_gop", 30 / NTSC, 719, notes="keyframes 0 and 600"),
    _constant("open_gop", 25, 400, notes="48-frame GOPs"),
    _constant("hevc", 25, 300, notes="open GOPs, hvc1"),
    _constant("fragmented", 25, 300, "0.08", notes="no sample count in the header; sound from 0"),
    _constant("edit_list", 30 / NTSC, 620, notes="frames 99 to 718 of long_gop; decoding starts 3.3 s before"),
    _constant("no_edit_list", 25, 300, "0.08", notes="B-frame delay left in the timestamps"),
    _constant("late_video", 25, 300, "1.72", notes="sound from 0 to 12"),
    _constant("rotated", 30 / NTSC, 360, notes="turn 90 degrees clockwise to show: 180 wide, 320 high"),
    _constant("no_audio", 25, 300),
    _constant("mono", 25, 300),
    _constant("surround", 25, 300, notes="5.1, German"),
    _constant("anamorphic", 25, 300, notes="pixels 64:45"),
    _constant("ten_bit", 25, 300),
    _constant("h264_ts", 25, 300, "1.48"),
    _constant("open_gop_ts", 25, 400, "1.44"),
    _constant("long_gop_ts", 30 / NTSC, 719, "22001/15000"),
    _constant("hevc_ts", 25, 300, "1.48"),
    _constant("interlaced_ts", 25, 300, "1.48", notes="top field first"),
    _constant("mpeg2_ps", 30 / NTSC, 360, "16001/30000", notes="open GOPs"),
    _constant("mkv", 30 / NTSC, 360, notes="millisecond timestamps"),
    _constant("webm", 25, 300, notes="VP9, Opus"),
    _constant("avi", 25, 300, "0.04", notes="B-frames: the stream claims to start at 0"),
    _constant("mid_gop_ts", 25, 352, "3.36", notes="recorded from within a GOP on: numbers 48 to 399"),
    Clip("held_frame_mkv", Fraction(30), 451, Fraction(0), Fraction(24), constant=False, notes="as vfr_held_frame"),
    _constant("webm_live", 25, 300, notes="no duration, no index"),
    _constant("wmv", 25, 300, "0.043"),
    _constant("mov_prores", 25, 300, notes="PCM sound"),
    _constant("flv", 25, 300, "0.08"),
)

SOUNDS = (
    Clip("m4a", end=Fraction(15)),
    Clip("mp3", end=Fraction(132521, 8820), notes="44.1 kHz; decoding starts at 221/8820 s"),
    Clip("adts", end=Fraction(376, 25), notes="with the encoder's padding"),
    Clip("ogg", end=Fraction(15), notes="Vorbis"),
    Clip("wav", end=Fraction(12)),
    Clip("mp3_with_cover", end=Fraction(132521, 8820), notes="a picture that must not count as video"),
)

NOTED_BROKEN = {
    "truncated_no_index": "mp4 cut before its index",
    "truncated_payload": "mp4 with the index in front, cut after two thirds",
    "header_only": "mp4 with an index and no samples",
    "scrambled_payload": "mp4 whose samples are all zero",
    "lying_duration": "every header says 1,200 s; 12 s are there; still a good film of 300 frames",
    "external_data": "mp4 whose video samples lie in file:///etc/passwd",
    "encrypted": "mp4, cenc-aes-ctr",
    "absurd_dimensions": "20000x32 Motion JPEG",
    "picture_bomb": "PNG that claims 100,000 x 100,000",
}

SOURCES: dict[str, Clip] = {
    **{name: Clip(name, notes=NOTED_BROKEN.get(name, "")) for name in RECIPES},
    **{clip.name: clip for clip in (*FILMS, *SOUNDS)},
}


def source(name: str) -> Path:
    """Path of the named source; made at first use, then cached."""
    return SOURCES[name].path
