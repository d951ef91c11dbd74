"""How long a tar archive of given files is (POSIX ustar). Pure; nothing is packed here."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

_BLOCK = 512  # bytes


def entry_length(size: int) -> int:
    """Bytes that a file of `size` bytes takes in an archive: a header, then whole blocks."""
    return _BLOCK + ceil(size / _BLOCK) * _BLOCK


def archive_length(entries: Iterable[int]) -> int:
    """Bytes of an archive whose entries take so many: two empty blocks end it."""
    return sum(entries) + 2 * _BLOCK
