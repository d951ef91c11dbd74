"""The boxes of a moov that both a progressive movie and an init segment have. Sample tables come from outside.

Durations are in seconds (Fraction) and rounded up, so that a player never cuts the last frame. Section numbers are of
ISO/IEC 14496-12.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from stepcoder.mp4.boxes import UINT32_MAX, box, full_box
from stepcoder.mp4.join import JoinedTrack
from stepcoder.mp4.track import Track

# Transformation matrix "no change" (8.2.2).
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_ENABLED_IN_MOVIE = 3  # tkhd flags: track_enabled | track_in_movie
_FULL_VOLUME = 0x100
_NORMAL_RATE = 0x10000


@dataclass(frozen=True, slots=True)
class Edit:
    """Show the track for `duration` ticks of the movie clock from decode tick `media_time`; -1: show nothing."""

    duration: int
    media_time: int


def movie_clock(tracks: list[JoinedTrack]) -> int:
    """Ticks per second of the movie: the audio's sample rate, so that audio edits are exact to the sample."""
    return next((track for track in tracks if not track.is_video), tracks[0]).timescale


def ticks(seconds: Fraction, clock: int) -> int:
    """Rounded up."""
    return ceil(seconds * clock)


def mvhd(clock: int, duration: int, next_track_id: int) -> bytes:
    """Movie header (8.2.2)."""
    return full_box(
        b"mvhd",
        *_timed("IIII", "QQIQ", duration, 0, 0, clock, duration),
        struct.pack(">IH10x", _NORMAL_RATE, _FULL_VOLUME),
        _MATRIX,
        struct.pack(">24xI", next_track_id),
    )


def trak(
    joined: JoinedTrack, track_id: int, duration: int, edits: list[Edit], tables: bytes, *, media_duration: int
) -> bytes:
    """Track box (8.3.1). `duration` in the movie's ticks, `media_duration` in the track's; `tables` follow stsd."""
    track = joined.track
    mdhd = full_box(
        b"mdhd",
        *_timed("IIII", "QQIQ", media_duration, 0, 0, track.timescale, media_duration),
        struct.pack(">HH", track.language, 0),
    )
    stbl = box(b"stbl", track.stsd, tables)
    minf = box(b"minf", track.media_header, track.dinf, stbl)
    mdia = box(b"mdia", mdhd, track.hdlr, minf)
    return box(b"trak", _tkhd(track, track_id, duration), _edts(edits), mdia)


def _tkhd(track: Track, track_id: int, duration: int) -> bytes:
    """Track header (8.3.2)."""
    # Alternate groups keep a player from playing two tracks of one kind; volume is full for audio, 0 for others.
    group, volume = (0, 0) if track.is_video else (1, _FULL_VOLUME)
    version, _, times = _timed("IIIII", "QQIIQ", duration, 0, 0, track_id, 0, duration)
    rest = struct.pack(">8xHHHH", 0, group, volume, 0)
    return full_box(
        b"tkhd", version, _ENABLED_IN_MOVIE, times, rest, _MATRIX, struct.pack(">II", track.width, track.height)
    )


def _edts(edits: list[Edit]) -> bytes:
    """Edit list (8.6.6)."""
    large = any(max(edit.duration, edit.media_time) > 0x7FFFFFFF for edit in edits)
    layout = ">QqI" if large else ">IiI"
    rows = [struct.pack(layout, edit.duration, edit.media_time, _NORMAL_RATE) for edit in edits]
    return box(b"edts", full_box(b"elst", int(large), 0, struct.pack(">I", len(edits)), *rows))


def _timed(small: str, large: str, duration: int, *values: int) -> tuple[int, int, bytes]:
    """Version, flags and packed values of a header whose times have 32 bits if `duration` allows, else 64."""
    version = int(duration > UINT32_MAX)
    return version, 0, struct.pack(">" + (large if version else small), *values)
