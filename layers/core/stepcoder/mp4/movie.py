"""Movie: a progressive MP4 laid out from joined tracks, index first, video and audio interleaved. Copies nothing.

The file is a header in memory followed by ranges of the stored pieces, so its size is known before a byte is read and
its payload never lies in memory or on disk.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from stepcoder.mp4 import tables
from stepcoder.mp4.boxes import UINT32_MAX, box, box_header
from stepcoder.mp4.errors import JoinError
from stepcoder.mp4.headers import Edit, movie_clock, mvhd, ticks, trak
from stepcoder.mp4.join import JoinedTrack
from stepcoder.mp4.payload import WINDOW, Part, ReadRange, Run, merge, stream

# iso4 allows negative composition offsets; avc1 and mp41 are what players look for.
_FTYP = box(b"ftyp", b"isom", struct.pack(">I", 0x200), b"isomiso4avc1mp41")
INTERLEAVE = Fraction(1)  # seconds of video, then as much audio: a player's buffer holds both


@dataclass(frozen=True, slots=True)
class Movie:
    """A laid-out file: `header` (ftyp, moov, mdat's header), then `runs` in order; `size` bytes in all."""

    header: bytes
    runs: tuple[Run, ...]
    size: int
    duration: Fraction  # seconds

    @property
    def parts(self) -> tuple[Part, ...]:
        return (self.header, *self.runs)

    def stream(self, read_range: ReadRange, *, window: int = WINDOW) -> Iterator[bytes]:
        """The file's bytes. Memory: about one window per track."""
        return stream(self.parts, read_range, window=window)


def lay_out(
    video: JoinedTrack | None = None, audio: JoinedTrack | None = None, *, audio_duration: Fraction | None = None
) -> Movie:
    """Lays out a movie of one or two tracks. `audio_duration` (seconds) hides the padding of the last audio frame.

    Raises JoinError without any track.
    """
    tracks = [track for track in (video, audio) if track is not None]
    if not tracks:
        raise JoinError("A movie needs at least one track.")
    blocks = _interleave(tracks)
    sizes = [tracks[which].size_of(first, last) for which, first, last in blocks]
    payload = sum(sizes)
    mdat = box_header(b"mdat", payload)
    shown = [_shown(track, audio_duration) for track in tracks]
    moov = b""
    for large in (False, True):
        # The header's length doesn't depend on the offsets in it, only on their width.
        begin = len(_FTYP) + len(_moov(tracks, shown, blocks, [0] * len(blocks), large)) + len(mdat)
        if large or begin + payload - sizes[-1] <= UINT32_MAX:
            offsets = list(accumulate(sizes[:-1], initial=begin))
            moov = _moov(tracks, shown, blocks, offsets, large)
            break
    header = _FTYP + moov + mdat
    runs = merge(run for which, first, last in blocks for run in tracks[which].runs(first, last))
    return Movie(header, tuple(runs), len(header) + payload, max(end for _, end in shown))


# A stretch of one track that lies together in the file: which track, first sample, one past the last.
_Block = tuple[int, int, int]


def _interleave(tracks: list[JoinedTrack]) -> list[_Block]:
    """Every sample of every track exactly once, INTERLEAVE seconds of each track in turn."""
    done = [0] * len(tracks)
    blocks: list[_Block] = []
    now = Fraction(0)
    while any(done[which] < len(track) for which, track in enumerate(tracks)):
        now += INTERLEAVE
        for which, track in enumerate(tracks):
            last = track.first_decoded_at(now - track.start)
            if last > done[which]:
                blocks.append((which, done[which], last))
                done[which] = last
    return blocks


def _shown(track: JoinedTrack, audio_duration: Fraction | None) -> tuple[Fraction, Fraction]:
    """Start and end of a track's presentation in seconds."""
    end = track.end
    if audio_duration is not None and not track.is_video:
        end = min(end, track.start + audio_duration)
    return track.start, end


def _moov(
    tracks: list[JoinedTrack],
    shown: list[tuple[Fraction, Fraction]],
    blocks: list[_Block],
    offsets: list[int],
    large: bool,
) -> bytes:
    clock = movie_clock(tracks)
    traks = []
    for which, track in enumerate(tracks):
        mine = [(first, last, at) for (owner, first, last), at in zip(blocks, offsets, strict=True) if owner == which]
        body = _tables(track, large, mine)
        start, end = shown[which]
        duration = ticks(end, clock)
        edits = _edits(track, ticks(start, clock), duration)
        traks.append(trak(track, which + 1, duration, edits, body, media_duration=track.decode_times[-1]))
    longest = max(ticks(end, clock) for _, end in shown)
    return box(b"moov", mvhd(clock, longest, len(tracks) + 1), *traks)


def _edits(track: JoinedTrack, start: int, end: int) -> list[Edit]:
    """Nothing until the track starts, then the track from the tick shown first: keeps sound and picture level."""
    first_shown = max(track.media_time, track.samples.shifts[0])
    wait = [Edit(start, -1)] if start else []
    return [*wait, Edit(end - start, first_shown)]


def _tables(track: JoinedTrack, large: bool, blocks: list[tuple[int, int, int]]) -> bytes:
    samples = track.samples
    return b"".join(
        (
            tables.stts(samples.durations),
            tables.ctts(samples.shifts),
            tables.stss(samples.sync),
            tables.stsc(last - first for first, last, _ in blocks),
            tables.stsz(samples.sizes),
            tables.chunk_offsets([at for _, _, at in blocks], large=large),
        )
    )
