"""Sample tables of a movie (ISO/IEC 14496-12, sections 8.6 and 8.7) from columns of values. No other boxes.

A two-hour film has 216,000 samples, so columns are packed whole, never sample by sample.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Iterable, Sequence
from itertools import groupby

from stepcoder.mp4.boxes import UINT32_MAX, full_box


def packed(values: Iterable[int], kind: str = "I") -> bytes:
    """Big-endian integers; `kind` as in module array: I unsigned 32, i signed 32, Q unsigned 64 bits."""
    column = array(kind, values)
    if sys.byteorder == "little":
        column.byteswap()
    return column.tobytes()


def run_lengths(values: Iterable[int]) -> list[tuple[int, int]]:
    """(count, value) of each stretch of equal values."""
    return [(sum(1 for _ in stretch), value) for value, stretch in groupby(values)]


def _counted(pairs: Sequence[tuple[int, ...]]) -> bytes:
    flat = (number & UINT32_MAX for pair in pairs for number in pair)
    return struct.pack(">I", len(pairs)) + packed(flat)


def stts(durations: Iterable[int]) -> bytes:
    """Decode times."""
    return full_box(b"stts", 0, 0, _counted(run_lengths(durations)))


def ctts(shifts: Sequence[int]) -> bytes:
    """Composition offsets; no box if none is needed, version 1 only if some are negative (8.6.1.3)."""
    pairs = run_lengths(shifts)
    if all(value == 0 for _, value in pairs):
        return b""
    version = 1 if any(value < 0 for _, value in pairs) else 0
    return full_box(b"ctts", version, 0, _counted(pairs))


def stss(sync: Sequence[int]) -> bytes:
    """Sync samples, counted from 1; no box if all are, which is what its absence means (8.6.2)."""
    numbers = [number for number, mark in enumerate(sync, 1) if mark]
    if len(numbers) == len(sync):
        return b""
    return full_box(b"stss", 0, 0, struct.pack(">I", len(numbers)), packed(numbers))


def stsc(counts: Iterable[int]) -> bytes:
    """Samples per chunk."""
    pairs: list[tuple[int, ...]] = []
    chunk = 1
    for length, count in run_lengths(counts):
        pairs.append((chunk, count, 1))
        chunk += length
    return full_box(b"stsc", 0, 0, _counted(pairs))


def stsz(sizes: Sequence[int]) -> bytes:
    """Sample sizes in bytes."""
    return full_box(b"stsz", 0, 0, struct.pack(">II", 0, len(sizes)), packed(sizes))


def chunk_offsets(offsets: Sequence[int], *, large: bool) -> bytes:
    """Where chunks start in the file: stco, or co64 if `large`."""
    kind, width = (b"co64", "Q") if large else (b"stco", "I")
    return full_box(kind, 0, 0, struct.pack(">I", len(offsets)), packed(offsets, width))
