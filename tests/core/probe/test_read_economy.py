"""A probe reads a few stretches of a large file, however large it is."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import pytest

from stepcoder.probe import probe
from tests.clips import source
from tests.core.probe.counting import MIB, CountingFile

GAP = 2048 * MIB


def write_large(path: Path) -> None:
    """The clip with 2 GiB of nothing in the middle of its samples. The index, at the end, knows about it."""
    data = source("cfr_2997").read_bytes()
    payload, moov = data.index(b"mdat") - 4, data.index(b"moov") - 4
    middle = (payload + moov) // 2
    # ffmpeg leaves an empty box before the samples, so that their box can be given a 64-bit length.
    assert data[payload - 8 : payload] == struct.pack(">I4s", 8, b"free")
    header = struct.pack(">I4sQ", 1, b"mdat", moov - payload + 8 + GAP)
    with path.open("wb") as file:
        file.write(data[: payload - 8] + header + data[payload + 8 : middle])
        file.seek(GAP, 1)
        file.write(data[middle:moov] + moved_index(data[moov:], beyond=middle))


def moved_index(moov: bytes, beyond: int) -> bytes:
    """The index with every chunk that starts at `beyond` or later moved by the gap. Chunks across it are spoilt."""
    out = bytearray(moov)
    at = moov.find(b"stco")
    while at >= 0:
        (count,) = struct.unpack_from(">I", moov, at + 8)
        for place in range(at + 12, at + 12 + 4 * count, 4):
            (offset,) = struct.unpack_from(">I", moov, place)
            struct.pack_into(">I", out, place, offset + GAP if offset >= beyond else offset)
        at = moov.find(b"stco", at + 4)
    return bytes(out)


def test_two_gigabyte_mp4_is_probed_by_a_few_ranges(tmp_path: Path) -> None:
    path = tmp_path / "large.mp4"
    write_large(path)
    file = CountingFile(path)
    found = probe(file, size=file.size)
    file.close()
    assert found.video is not None
    assert (found.video.first_pts, found.video.end) == (0, Fraction(12012, 1000))
    assert file.size > GAP
    assert file.bytes_read < 2 * MIB
    assert len(file.blocks) <= 6


@pytest.mark.parametrize("name", ["cfr_2997", "cfr_25", "h264_ts", "mkv", "webm", "avi", "mpeg2_ps", "fragmented"])
def test_small_files_are_read_at_most_a_few_times_over(name: str) -> None:
    file = CountingFile(source(name))
    probe(file, size=file.size)
    file.close()
    assert file.bytes_read < 4 * file.size
