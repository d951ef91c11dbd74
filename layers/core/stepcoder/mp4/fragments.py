"""FragmentIndex: where each sample of one stored fragmented MP4 lies, and when. Reads headers and moofs, no payload.

The worker that encoded a chunk indexes it at once and stores the index beside it, so that packaging a film of hundreds
of chunks needs no reads besides those indexes. A two-hour film has 216,000 samples: columns are arrays, not objects.
Source of the formats: ISO/IEC 14496-12, sections 8.8.7 (tfhd), 8.8.8 (trun), 8.8.12 (tfdt).
"""

from __future__ import annotations

import base64
import sys
import zlib
from array import array
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from stepcoder.mp4.boxes import Box, ReadAt, children, integers, need, scan, version_and_flags
from stepcoder.mp4.errors import JoinError
from stepcoder.mp4.track import Defaults, Track

FORMAT = 1  # of the dict; raise it when its meaning changes
NOT_SYNC = 0x10000  # sample_is_non_sync_sample
MOOF_MAX = 64 << 20  # bytes; a moof is a few kilobytes, so more than this is damage, not data


class Fragment(NamedTuple):
    """One moof with its samples, which lie one after another from `data` on. Offsets count from the object's start."""

    moof: int
    moof_length: int
    data: int
    decode_time: int  # of its first sample, in ticks; may be negative (audio priming)
    first: int  # number of its first sample within the object
    frames: int


@dataclass(slots=True)
class Samples:
    """One column per property, one row per sample in decode order."""

    sizes: array[int] = field(default_factory=lambda: array("I"))  # bytes
    durations: array[int] = field(default_factory=lambda: array("I"))  # ticks
    shifts: array[int] = field(default_factory=lambda: array("i"))  # composition offset, ticks
    sync: bytearray = field(default_factory=bytearray)  # 1: decoding can start here

    def __len__(self) -> int:
        return len(self.sizes)

    def extend(self, other: Samples, first: int, last: int) -> None:
        """Appends rows [first, last) of `other`."""
        self.sizes.extend(other.sizes[first:last])
        self.durations.extend(other.durations[first:last])
        self.shifts.extend(other.shifts[first:last])
        self.sync.extend(other.sync[first:last])


@dataclass(slots=True)
class FragmentIndex:
    """The index of one object: its track, its fragments, its samples."""

    track: Track
    fragments: list[Fragment]
    samples: Samples

    @classmethod
    def read(cls, read: ReadAt, size: int) -> FragmentIndex:
        """Indexes an object of `size` bytes. Raises JoinError if it is not a fragmented MP4 of one track."""
        track: Track | None = None
        fragments: list[Fragment] = []
        samples = Samples()
        for found in scan(read, size):
            if found.kind == b"moov":
                track = Track.from_moov(_body(read, found))
            elif found.kind == b"moof":
                if track is None:
                    raise JoinError("The file has a fragment before its moov box.")
                fragments.append(_fragment(_body(read, found), found.start, track.defaults, samples))
        if track is None:
            raise JoinError("The file has no moov box.")
        if fragments and (last := fragments[-1]).data + sum(samples.sizes[last.first :]) > size:
            raise JoinError("The file ends before its last sample.")
        return cls(track, fragments, samples)

    @classmethod
    def of_file(cls, path: Path) -> FragmentIndex:
        """Indexes a local file. Raises as `read` does."""
        with path.open("rb") as file:

            def read(offset: int, length: int) -> bytes:
                file.seek(offset)
                return file.read(length)

            return cls.read(read, path.stat().st_size)

    def as_dict(self) -> dict[str, Any]:
        """For JSON; `from_dict` turns it back into an equal index."""
        rows = self.samples
        return {
            "format": FORMAT,
            "moov": _pack(self.track.moov),
            "fragments": [list(fragment) for fragment in self.fragments],
            "sizes": _pack(_little_endian(rows.sizes)),
            "durations": _pack(_little_endian(rows.durations)),
            "shifts": _pack(_little_endian(rows.shifts)),
            "sync": _pack(bytes(rows.sync)),
        }

    @classmethod
    def from_dict(cls, saved: dict[str, Any]) -> FragmentIndex:
        """Raises JoinError if another version of the code wrote it."""
        if saved.get("format") != FORMAT:
            raise JoinError("The index was written in another format.")
        samples = Samples(
            _array("I", saved["sizes"]),
            _array("I", saved["durations"]),
            _array("i", saved["shifts"]),
            bytearray(_unpack(saved["sync"])),
        )
        return cls(Track.from_moov(_unpack(saved["moov"])), [Fragment(*row) for row in saved["fragments"]], samples)


def _body(read: ReadAt, found: Box) -> bytes:
    """The whole box, header included, so that offsets within count from the box's start."""
    if found.size > MOOF_MAX:
        raise JoinError(f"The box at byte {found.start} has {found.size} bytes, which is too long for an index.")
    data = read(found.start, found.size)
    if len(data) != found.size:
        raise JoinError(f"The file ends within the box at byte {found.start}.")
    return data


def _fragment(moof: bytes, start: int, defaults: Defaults, samples: Samples) -> Fragment:
    """Appends the samples of one moof, which lies at `start` of its object."""
    trafs = children(moof, need(moof, b"moof"), b"traf")
    if len(trafs) != 1:
        raise JoinError(f"The fragment at byte {start} has {len(trafs)} tracks instead of one.")
    traf = trafs[0]
    defaults, base = _track_fragment_header(moof, need(moof, b"tfhd", inside=traf), defaults, start)
    first = len(samples)
    data: int | None = None
    end: int | None = None
    for trun in children(moof, traf, b"trun"):
        before = len(samples)
        offset = _track_run(moof, trun, defaults, samples)
        # Without an offset a run starts at the base (the first) or where the last one ended.
        begins = base + offset if offset is not None else (base if end is None else end)
        if end is not None and begins != end:
            raise JoinError(f"The samples of the fragment at byte {start} don't follow each other.")
        data = begins if data is None else data
        end = begins + sum(samples.sizes[before:])
    time = _decode_time(moof, need(moof, b"tfdt", inside=traf))
    return Fragment(start, len(moof), base if data is None else data, time, first, len(samples) - first)


def _track_fragment_header(moof: bytes, tfhd: Box, defaults: Defaults, start: int) -> tuple[Defaults, int]:
    """This fragment's defaults, and the byte its data offsets count from."""
    _, flags = version_and_flags(moof, tfhd)
    at = tfhd.body + 8
    base = start
    if flags & 0x1:
        (base,) = integers("Q", moof, at)
        at += 8
    at += 4 if flags & 0x2 else 0
    values = list(defaults)
    for index, flag in enumerate((0x8, 0x10, 0x20)):
        if flags & flag:
            (values[index],) = integers("I", moof, at)
            at += 4
    return Defaults(*values), base


def _decode_time(moof: bytes, tfdt: Box) -> int:
    version, _ = version_and_flags(moof, tfdt)
    # ffmpeg writes the priming of audio as a time before 0, in two's complement, though the format says unsigned.
    (time,) = integers("q" if version else "I", moof, tfdt.body + 4)
    return time


def _track_run(moof: bytes, trun: Box, defaults: Defaults, samples: Samples) -> int | None:
    """Appends the samples of one run; returns its data offset, if it has one."""
    _, flags = version_and_flags(moof, trun)
    (count,) = integers("I", moof, trun.body + 4)
    at = trun.body + 8
    offset: int | None = None
    if flags & 0x1:
        (offset,) = integers("i", moof, at)
        at += 4
    first_flags: int | None = None
    if flags & 0x4:
        (first_flags,) = integers("I", moof, at)
        at += 4
    columns = _columns(moof[at : trun.end], count, flags)
    samples.durations.extend(columns.get(0x100) or array("I", [defaults.duration]) * count)
    samples.sizes.extend(columns.get(0x200) or array("I", [defaults.size]) * count)
    samples.shifts.frombytes(columns[0x800].tobytes() if 0x800 in columns else bytes(4 * count))
    marks = columns.get(0x400) or array("I", [defaults.flags]) * count
    if first_flags is not None and count:
        marks[0] = first_flags
    samples.sync.extend(0 if mark & NOT_SYNC else 1 for mark in marks)
    return offset


def _columns(rows: bytes, count: int, flags: int) -> dict[int, array[int]]:
    """The values a run gives per sample, by their flag: duration, size, flags, composition offset."""
    given = [flag for flag in (0x100, 0x200, 0x400, 0x800) if flags & flag]
    if len(rows) < count * len(given) * 4:
        raise JoinError("A fragment lists fewer samples than it counts.")
    values = array("I", rows[: count * len(given) * 4])
    if sys.byteorder == "little":
        values.byteswap()
    return {flag: values[index :: len(given)] for index, flag in enumerate(given)}


def _little_endian(values: array[int]) -> bytes:
    if sys.byteorder == "little":
        return values.tobytes()
    swapped = values[:]
    swapped.byteswap()
    return swapped.tobytes()


def _array(kind: str, packed: str) -> array[int]:
    values: array[int] = array(kind, _unpack(packed))
    if sys.byteorder == "big":
        values.byteswap()
    return values


def _pack(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data)).decode()


def _unpack(text: str) -> bytes:
    return zlib.decompress(base64.b64decode(text))
