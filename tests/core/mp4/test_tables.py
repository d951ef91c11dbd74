"""Sample tables, value by value: demuxers forgive too much to prove them right."""

from __future__ import annotations

import struct

import pytest

from stepcoder.mp4.tables import chunk_offsets, ctts, run_lengths, stsc, stss, stsz, stts


def numbers(table: bytes) -> tuple[int, ...]:
    """Everything after the box's header, as 32-bit numbers."""
    return struct.unpack(f">{len(table) // 4 - 2}I", table[8:])


def test_equal_values_are_counted() -> None:
    assert run_lengths([5, 5, 7, 5]) == [(2, 5), (1, 7), (1, 5)]
    assert run_lengths([]) == []


def test_decode_times() -> None:
    assert numbers(stts([1001, 1001, 500])) == (0, 2, 2, 1001, 1, 500)


def test_composition_offsets() -> None:
    assert ctts([0, 0]) == b""
    assert numbers(ctts([2, 2, 0])) == (0, 2, 2, 2, 1, 0)
    assert numbers(ctts([0, -2])) == (1 << 24, 2, 1, 0, 1, 2**32 - 2)


def test_sync_samples_are_counted_from_one() -> None:
    assert numbers(stss([1, 0, 0, 1])) == (0, 2, 1, 4)
    assert stss([1, 1]) == b""
    assert numbers(stss([0, 0])) == (0, 0)


def test_samples_per_chunk() -> None:
    assert numbers(stsc([30, 30, 29, 30])) == (0, 3, 1, 30, 1, 3, 29, 1, 4, 30, 1)


def test_sample_sizes() -> None:
    assert numbers(stsz([7, 0])) == (0, 0, 2, 7, 0)


def test_chunk_offsets() -> None:
    assert numbers(chunk_offsets([5, 9], large=False)) == (0, 2, 5, 9)
    large = chunk_offsets([1 << 33], large=True)
    assert (large[4:8], numbers(large)) == (b"co64", (0, 1, 2, 0))
    with pytest.raises(OverflowError):
        chunk_offsets([1 << 33], large=False)
