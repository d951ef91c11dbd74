"""Boxes survive the way out and back, and bytes that are no boxes are refused instead of misread."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.mp4.boxes import (
    box,
    box_header,
    boxes,
    children,
    cut,
    find,
    full_box,
    integers,
    need,
    read_header,
    scan,
    version_and_flags,
)
from stepcoder.mp4.errors import JoinError

KINDS = st.binary(min_size=4, max_size=4)


@given(st.lists(st.tuples(KINDS, st.binary(max_size=300))))
def test_boxes_round_trip(made: list[tuple[bytes, bytes]]) -> None:
    data = b"".join(box(kind, body) for kind, body in made)
    assert [(found.kind, data[found.body : found.end]) for found in boxes(data)] == made


@given(KINDS, st.integers(0, 255), st.integers(0, 0xFFFFFF), st.binary(max_size=50))
def test_full_boxes_round_trip(kind: bytes, version: int, flags: int, body: bytes) -> None:
    data = full_box(kind, version, flags, body)
    (found,) = boxes(data)
    assert version_and_flags(data, found) == (version, flags)
    assert data[found.body + 4 : found.end] == body


@given(st.integers(0, 1 << 40))
def test_a_header_has_64_bits_only_if_the_size_needs_them(length: int) -> None:
    header = box_header(b"mdat", length)
    found = read_header(header, 0, 1 << 41)
    assert (found.header, found.size) == (len(header), len(header) + length)
    assert (len(header) == 16) == (length + 8 > 0xFFFFFFFF)


def test_a_box_of_size_zero_reaches_to_the_end() -> None:
    data = box(b"free") + struct.pack(">I4s", 0, b"mdat") + b"payload"
    assert [(found.kind, found.size) for found in boxes(data)] == [(b"free", 8), (b"mdat", 15)]


@pytest.mark.parametrize(
    "data",
    [b"abc", struct.pack(">I4s", 7, b"moov"), struct.pack(">I4s", 9, b"moov"), struct.pack(">I4s", 1, b"moov") + b"\0"],
)
def test_what_cannot_be_a_box_is_refused(data: bytes) -> None:
    with pytest.raises(JoinError):
        list(boxes(data))


@given(st.binary(max_size=64))
def test_any_bytes_are_boxes_or_refused(data: bytes) -> None:
    try:
        found = list(boxes(data))
    except JoinError:
        return
    assert sum(entry.size for entry in found) == len(data)


def test_boxes_are_found_by_their_path() -> None:
    data = box(b"moov", box(b"trak", box(b"free")), box(b"trak", box(b"mdia", b"x")))
    found = find(data, b"moov", b"trak", b"mdia")
    assert found and cut(data, found) == box(b"mdia", b"x")
    assert find(data, b"moov", b"udta") is None
    assert len(children(data, need(data, b"moov"), b"trak")) == 2
    with pytest.raises(JoinError, match="moov/udta"):
        need(data, b"moov", b"udta")


def test_missing_integers_are_refused() -> None:
    assert integers("Hb", b"\0\1\xff", 0) == (1, -1)
    with pytest.raises(JoinError):
        integers("I", b"\0\0\0", 0)


def test_scanning_an_object_reads_headers_only() -> None:
    data = box(b"ftyp", bytes(100)) + box(b"mdat", bytes(5000)) + box(b"moof", bytes(10))
    asked: list[int] = []

    def read(offset: int, length: int) -> bytes:
        asked.append(length)
        return data[offset : offset + length]

    assert [found.kind for found in scan(read, len(data))] == [b"ftyp", b"mdat", b"moof"]
    assert sum(asked) <= 3 * 16
