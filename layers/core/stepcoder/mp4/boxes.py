"""ISO base media boxes as bytes: making them, finding them, reading their integers. No meaning of any box here.

Source of every rule: ISO/IEC 14496-12, section 4.2 (32-bit, 64-bit and to-the-end sizes; full boxes).
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stepcoder.mp4.errors import JoinError

# Reads `length` bytes at `offset` of one object; fewer only at the object's end.
ReadAt = Callable[[int, int], bytes]

UINT32_MAX = 0xFFFFFFFF
HEADER_MAX = 16


@dataclass(frozen=True, slots=True)
class Box:
    """Where one box lies, in bytes from the start of what was searched."""

    kind: bytes
    start: int
    header: int
    size: int

    @property
    def body(self) -> int:
        return self.start + self.header

    @property
    def end(self) -> int:
        return self.start + self.size


def box(kind: bytes, *parts: bytes) -> bytes:
    """A box around `parts`, with a 64-bit size only if it needs one."""
    body = b"".join(parts)
    return box_header(kind, len(body)) + body


def box_header(kind: bytes, body_length: int) -> bytes:
    """The header of a box whose body, `body_length` bytes, is written by somebody else."""
    if body_length + 8 <= UINT32_MAX:
        return struct.pack(">I4s", body_length + 8, kind)
    return struct.pack(">I4sQ", 1, kind, body_length + HEADER_MAX)


def full_box(kind: bytes, version: int, flags: int, *parts: bytes) -> bytes:
    """A box that starts with a version and 24 bits of flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *parts)


def read_header(data: bytes, start: int, limit: int) -> Box:
    """The box whose header is the first bytes of `data` and which lies at `start` of something that ends at `limit`.

    Raises JoinError where the bytes can't be a box that fits.
    """
    if len(data) < 8:
        raise JoinError(f"There is no room for a box at byte {start}.")
    size, kind = struct.unpack_from(">I4s", data)
    header = 8
    if size == 1 and len(data) >= HEADER_MAX:
        (size,) = struct.unpack_from(">Q", data, 8)
        header = HEADER_MAX
    elif size == 0:
        size = limit - start
    if size < header or start + size > limit:
        raise JoinError(f"The box at byte {start} claims {size} bytes, which can't be.")
    return Box(kind, start, header, size)


def boxes(data: bytes, start: int = 0, end: int | None = None) -> Iterator[Box]:
    """The boxes that follow each other in data[start:end]."""
    limit = len(data) if end is None else end
    while start < limit:
        found = read_header(data[start : min(start + HEADER_MAX, limit)], start, limit)
        yield found
        start = found.end


def scan(read: ReadAt, size: int) -> Iterator[Box]:
    """The top-level boxes of an object of `size` bytes; reads their headers, never their bodies."""
    start = 0
    while start < size:
        found = read_header(read(start, min(HEADER_MAX, size - start)), start, size)
        yield found
        start = found.end


def find(data: bytes, *path: bytes, inside: Box | None = None) -> Box | None:
    """The first box at `path` (kinds from outside in) within `inside` or the whole of `data`, or None."""
    start, end = (inside.body, inside.end) if inside else (0, len(data))
    for found in boxes(data, start, end):
        if found.kind == path[0]:
            inner = found if len(path) == 1 else find(data, *path[1:], inside=found)
            if inner is not None:
                return inner
    return None


def need(data: bytes, *path: bytes, inside: Box | None = None) -> Box:
    """Like `find`, but raises JoinError if there is no such box."""
    found = find(data, *path, inside=inside)
    if found is None:
        raise JoinError(f"The file has no {'/'.join(kind.decode('latin-1') for kind in path)} box.")
    return found


def children(data: bytes, inside: Box, kind: bytes) -> list[Box]:
    """Every box of one kind directly within another."""
    return [found for found in boxes(data, inside.body, inside.end) if found.kind == kind]


def cut(data: bytes, found: Box) -> bytes:
    """The whole box, header included."""
    return data[found.start : found.end]


def integers(layout: str, data: bytes, offset: int) -> tuple[int, ...]:
    """Big-endian integers at `offset`; raises JoinError instead of struct.error if they aren't there."""
    try:
        return struct.unpack_from(">" + layout, data, offset)
    except struct.error:
        raise JoinError(f"A box ends before the values at byte {offset}.") from None


def version_and_flags(data: bytes, found: Box) -> tuple[int, int]:
    """Of a full box."""
    (word,) = integers("I", data, found.body)
    return word >> 24, word & 0xFFFFFF
