"""Fragmented MP4 from joined tracks: an init segment, and media segments cut at given places. No playlists here.

Used twice: for HLS with fMP4 segments, and as one stream that ffmpeg copies into TS. A segment is laid out, not copied:
a few headers and ranges of the stored pieces. Section numbers are of ISO/IEC 14496-12.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil

from stepcoder.mp4 import tables
from stepcoder.mp4.boxes import box, box_header, full_box
from stepcoder.mp4.errors import JoinError
from stepcoder.mp4.headers import Edit, movie_clock, mvhd, trak
from stepcoder.mp4.join import JoinedTrack
from stepcoder.mp4.payload import WINDOW, Part, ReadRange, merge, stream, total_length

# default-base-is-moof needs iso5, a 64-bit decode time iso6.
_FTYP = box(b"ftyp", b"iso6", struct.pack(">I", 0), b"iso6iso5mp41")
_STYP = box(b"styp", b"msdh", struct.pack(">I", 0), b"msdhiso6")

VIDEO_ID = 1
AUDIO_ID = 2
_DEPENDS_ON_NOTHING = 0x02000000  # sample flags of a sync sample (8.8.3.1)
_DEPENDS_ON_OTHERS = 0x01010000
_PIPE_STEP = Fraction(1, 2)  # seconds; a muxer downstream holds that much of one track while it waits for the other


@dataclass(frozen=True, slots=True)
class Segment:
    """One media segment: `length` bytes made of `parts`, shown for `duration` seconds from `start` on."""

    index: int  # from 0
    parts: tuple[Part, ...]
    length: int
    start: Fraction  # seconds from the film's start
    duration: Fraction  # seconds; of the video, if there is any
    starts_with_sync: bool  # a player can start here

    def stream(self, read_range: ReadRange, *, window: int = WINDOW) -> Iterator[bytes]:
        return stream(self.parts, read_range, window=window)


def init_segment(video: JoinedTrack | None = None, audio: JoinedTrack | None = None) -> bytes:
    """ftyp and a moov without samples: video is track 1, audio track 2. Raises JoinError without any track."""
    tracks = [track for track in (video, audio) if track is not None]
    if not tracks:
        raise JoinError("An init segment needs at least one track.")
    traks = [
        trak(track, _id(track), 0, [Edit(0, _edit_start(track))], _NO_SAMPLES, media_duration=0) for track in tracks
    ]
    trexes = [full_box(b"trex", 0, 0, struct.pack(">IIIII", _id(track), 1, 0, 0, 0)) for track in tracks]
    return _FTYP + box(b"moov", mvhd(movie_clock(tracks), 0, AUDIO_ID + 1), *traks, box(b"mvex", *trexes))


def every(step: int, total: int) -> range:
    """Where segments of `step` frames start in a track of `total`; the last may be shorter."""
    return range(0, total, step)


def cut_at_frames(
    video: JoinedTrack, audio: JoinedTrack | None, starts: Sequence[int], *, strict: bool = True
) -> Iterator[Segment]:
    """Segments that start at the given video frames (the first is 0), each with the audio that starts within it.

    Raises JoinError if starts don't rise from 0 or, if `strict`, one isn't a keyframe.
    """
    edges = _edges(starts, len(video))
    for frame in edges[:-1]:
        if strict and not video.samples.sync[frame]:
            raise JoinError(f"A segment can't start at frame {frame}: it isn't a keyframe.")
    times = [Fraction(0), *(video.time_of(frame) for frame in edges[1:])]
    cuts = [(video, edges)]
    if audio is not None:
        cuts.append((audio, _audio_edges(audio, times)))
    yield from _segments(cuts, times)


def cut_at_times(audio: JoinedTrack, starts: Sequence[Fraction]) -> Iterator[Segment]:
    """Audio segments of the whole frames that start from each time (seconds, the first is 0) until the next.

    Raises JoinError if starts don't rise from 0 or a segment would be empty.
    """
    edges = _audio_edges(audio, [*starts, audio.end])
    if starts[:1] != [Fraction(0)] or any(first >= last for first, last in pairwise(edges)):
        raise JoinError("Segments must start at 0, rise, and each hold at least one frame.")
    yield from _segments([(audio, edges)], [Fraction(0), *(audio.time_of(frame) for frame in edges[1:])])


def every_seconds(step: Fraction, audio: JoinedTrack) -> list[Fraction]:
    """Where audio segments of `step` seconds start, so that each holds a frame; the last may be shorter."""
    count = ceil(audio.time_of(len(audio) - 1) / step)
    return [Fraction(0), *(index * step for index in range(1, count) if index * step > audio.start)]


def muxed_parts(video: JoinedTrack | None, audio: JoinedTrack | None) -> Iterator[Part]:
    """The whole film as one fragmented stream, finely interleaved, for a muxer that reads a pipe."""
    yield init_segment(video, audio)
    if video is not None:
        for segment in cut_at_frames(video, audio, _steps(video), strict=False):
            yield from segment.parts[1:]  # without styp
    elif audio is not None:
        for segment in cut_at_times(audio, every_seconds(_PIPE_STEP, audio)):
            yield from segment.parts[1:]


def muxed_stream(
    video: JoinedTrack | None, audio: JoinedTrack | None, read_range: ReadRange, *, window: int = WINDOW
) -> Iterator[bytes]:
    """The bytes of `muxed_parts`."""
    return stream(muxed_parts(video, audio), read_range, window=window)


_NO_SAMPLES = b"".join((tables.stts(()), tables.stsc(()), tables.stsz(()), tables.chunk_offsets((), large=False)))


def _id(track: JoinedTrack) -> int:
    return VIDEO_ID if track.is_video else AUDIO_ID


def _edit_start(track: JoinedTrack) -> int:
    """The tick shown at time 0. A late track is shown from its tick 0; its decode times start later instead."""
    return max(0, track.media_time)


def _steps(video: JoinedTrack) -> list[int]:
    """Frame numbers about _PIPE_STEP apart."""
    frames = max(1, len(video) * _PIPE_STEP // video.duration) if video.duration else 1
    return list(every(int(frames), len(video)))


def _edges(starts: Sequence[int], total: int) -> list[int]:
    edges = [*starts, total]
    if edges[0] != 0 or any(first >= last for first, last in pairwise(edges)):
        raise JoinError("Segments must start at frame 0, rise, and end before the last frame.")
    return edges


def _audio_edges(audio: JoinedTrack, times: Sequence[Fraction]) -> list[int]:
    """Frame numbers: frames before the first time go into the first segment, those after the last into the last."""
    return [0, *(audio.first_at(time) for time in times[1:-1]), len(audio)]


def _segments(cuts: list[tuple[JoinedTrack, list[int]]], times: list[Fraction]) -> Iterator[Segment]:
    """Segment k holds samples [edges[k], edges[k+1]) of each track; the first track decides where it can start."""
    leader, leader_edges = cuts[0]
    sequence = 0
    for index in range(len(times) - 1):
        parts: list[Part] = [_STYP]
        for track, edges in cuts:
            first, last = edges[index], edges[index + 1]
            if first < last:
                sequence += 1
                parts.append(_fragment_header(track, sequence, first, last))
                parts.extend(merge(track.runs(first, last)))
        yield Segment(
            index=index,
            parts=tuple(parts),
            length=total_length(parts),
            start=times[index],
            duration=times[index + 1] - times[index],
            starts_with_sync=bool(leader.samples.sync[leader_edges[index]]),
        )


def _fragment_header(track: JoinedTrack, sequence: int, first: int, last: int) -> bytes:
    """moof (8.8.4) and the header of its mdat, for samples [first, last)."""
    mdat = box_header(b"mdat", track.size_of(first, last))
    moof = _moof(track, sequence, first, last, 0)
    return _moof(track, sequence, first, last, len(moof) + len(mdat)) + mdat


def _moof(track: JoinedTrack, sequence: int, first: int, last: int, data_offset: int) -> bytes:
    duration, flags, trun = _track_run(track, first, last, data_offset)
    # 0x20000 default-base-is-moof, 0x8 default duration, 0x20 default flags (8.8.7).
    tfhd = full_box(b"tfhd", 0, 0x20028, struct.pack(">III", _id(track), duration, flags))
    time = track.decode_times[first] + _edit_start(track) - track.media_time
    traf = box(b"traf", tfhd, full_box(b"tfdt", 1, 0, struct.pack(">Q", time)), trun)
    return box(b"moof", full_box(b"mfhd", 0, 0, struct.pack(">I", sequence)), traf)


def _track_run(track: JoinedTrack, first: int, last: int, data_offset: int) -> tuple[int, int, bytes]:
    """Default duration, default flags, and the trun box (8.8.8), which gives per sample only what differs."""
    samples = track.samples
    durations, shifts, sync = samples.durations[first:last], samples.shifts[first:last], samples.sync[first:last]
    columns = [samples.sizes[first:last]]
    trun_flags = 0x1 | 0x200
    if min(durations) != max(durations):
        trun_flags |= 0x100
        columns.insert(0, durations)
    default = _DEPENDS_ON_NOTHING if sync[0] else _DEPENDS_ON_OTHERS
    if min(sync) != max(sync):
        trun_flags |= 0x400
        columns.append(array("I", [_DEPENDS_ON_NOTHING if mark else _DEPENDS_ON_OTHERS for mark in sync]))
    if any(shifts):
        trun_flags |= 0x800
        columns.append(array("I", shifts.tobytes()))
    version = int(min(shifts) < 0)  # composition offsets are signed in version 1 only
    rows = array("I", bytes(4 * len(columns) * len(sync)))
    for index, column in enumerate(columns):
        rows[index :: len(columns)] = column
    head = struct.pack(">Ii", len(sync), data_offset)
    return durations[0], default, full_box(b"trun", version, trun_flags, head, tables.packed(rows))
