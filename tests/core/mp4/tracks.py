"""Made-up tracks of any length, without any file behind them."""

from __future__ import annotations

import struct
from array import array

from stepcoder.mp4.boxes import box, full_box
from stepcoder.mp4.fragments import Fragment, FragmentIndex, Samples
from stepcoder.mp4.join import JoinedTrack, Piece, join_chunks
from stepcoder.mp4.track import Track


def made_moov(handler: bytes, timescale: int, edits: bytes = b"", codec: bytes = b"none") -> bytes:
    """The least a track needs."""
    tkhd = full_box(b"tkhd", 0, 3, bytes(72), struct.pack(">II", 160 << 16, 120 << 16))
    mdhd = full_box(b"mdhd", 0, 0, struct.pack(">IIIIHH", 0, 0, timescale, 0, 0x55C4, 0))
    hdlr = full_box(b"hdlr", 0, 0, bytes(4), handler, bytes(13))
    media = full_box(b"vmhd", 0, 1, bytes(8)) if handler == b"vide" else full_box(b"smhd", 0, 0, bytes(4))
    stbl = box(b"stbl", full_box(b"stsd", 0, 0, struct.pack(">I", 1), box(codec, bytes(16))))
    minf = box(b"minf", media, box(b"dinf"), stbl)
    edts = box(b"edts", edits) if edits else b""
    trak = box(b"trak", tkhd, edts, box(b"mdia", mdhd, hdlr, minf))
    mvhd = full_box(b"mvhd", 0, 0, struct.pack(">IIII", 0, 0, 1000, 0), bytes(80))
    return box(b"moov", mvhd, trak)


def edit_list(*edits: tuple[int, int]) -> bytes:
    """(duration, media_time) each."""
    rows = b"".join(struct.pack(">IiI", duration, media_time, 0x10000) for duration, media_time in edits)
    return full_box(b"elst", 0, 0, struct.pack(">I", len(edits)), rows)


VIDEO_TRACK = Track.from_moov(made_moov(b"vide", 30000))
AUDIO_TRACK = Track.from_moov(made_moov(b"soun", 48000))


def made_index(
    track: Track,
    durations: list[int],
    sizes: list[int] | None = None,
    shifts: list[int] | None = None,
    begin: int = 0,
    per_fragment: int = 60,
) -> FragmentIndex:
    """An index of an object that starts at tick `begin`; every tenth video frame is a keyframe."""
    count = len(durations)
    samples = Samples(
        array("I", sizes or [100] * count),
        array("I", durations),
        array("i", shifts or [0] * count),
        bytearray(int(not track.is_video or number % 10 == 0) for number in range(count)),
    )
    fragments, offset, time = [], 1000, begin
    for first in range(0, count, per_fragment):
        frames = min(per_fragment, count - first)
        fragments.append(Fragment(offset, 100, offset + 108, time, first, frames))
        offset += 108 + sum(samples.sizes[first : first + frames])
        time += sum(durations[first : first + frames])
    return FragmentIndex(track, fragments, samples)


def made_track(
    track: Track,
    durations: list[int],
    sizes: list[int] | None = None,
    shifts: list[int] | None = None,
    source: str = "object",
    objects: int = 1,
    begin: int = 0,
) -> JoinedTrack:
    """A joined track whose samples lie in `objects` objects."""
    count = len(durations)
    pieces = []
    step = -(-count // objects)
    for first in range(0, count, step):
        part = slice(first, first + step)
        index = made_index(
            track, durations[part], sizes and sizes[part], shifts and shifts[part], begin + sum(durations[:first])
        )
        pieces.append(Piece(f"{source}{first}", index))
    return join_chunks(pieces)
