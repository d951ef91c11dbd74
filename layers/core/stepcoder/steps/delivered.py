"""Reading delivered files back, one after another as one: an init segment with its first segment, or a whole file."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from typing import NamedTuple

from stepcoder import runtime
from stepcoder.errors import InputError, OutputError
from stepcoder.sources import RangedSource
from stepcoder.storage import Place

_BLOCK = 1024 * 1024
_DENIED = ("DownloadAccessDeniedError", "InvalidUsernameOrPasswordError", "InvalidAccessKeyIdError")
Opens = Callable[[Place], RangedSource]


class Stretch(NamedTuple):
    """`length` bytes from `offset` of a delivered file."""

    place: Place
    offset: int
    length: int


class DeliveredFiles(io.RawIOBase):
    """A seekable file over stretches of delivered files laid end to end; `open_place` opens one that reads by range.

    Raises OutputError where one is missing, shorter, or may not be read.
    """

    def __init__(self, open_place: Opens, stretches: Sequence[Stretch]) -> None:
        self._sources: dict[Place, RangedSource] = {}
        self._stretches = stretches
        self.size = sum(stretch.length for stretch in stretches)
        self._at = 0
        self._block: tuple[int, bytes] = (0, b"")
        for stretch in stretches:
            if stretch.place not in self._sources:
                self._sources[stretch.place] = _opened(open_place, stretch.place)
            if self._sources[stretch.place].size < stretch.offset + stretch.length:
                raise _gone(stretch.place)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer) -> int:  # type: ignore[no-untyped-def]
        start, block = self._block
        if not start <= self._at < start + len(block):
            self._block = start, block = self._at, self._fetch(self._at)
        piece = block[self._at - start : self._at - start + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _fetch(self, at: int) -> bytes:
        for place, offset, length in self._stretches:
            if at < length:
                return self._sources[place].read_range(offset + at, min(_BLOCK, length - at))
            at -= length
        return b""


def _opened(open_place: Opens, place: Place) -> RangedSource:
    try:
        return open_place(place)
    except InputError as error:
        runtime.logger().warning("can't read back", url=place.url, reason=error.message)
        if error.error_class in _DENIED:
            more = " (s3:GetObject)" if place.family == "s3" else ""
            sentence = f"{place.url} could not be read back to check it. Who may write it must also read it{more}."
            raise OutputError("UploadAccessDeniedError", sentence) from error
        if error.error_class == "FileNotFoundError":
            raise _gone(place) from error
        raise OutputError("UploadFailureError", f"{place.url} could not be read back to check it.") from error


def _gone(place: Place) -> OutputError:
    return OutputError(
        "UploadFailureError", f"The delivered file {place.url} is gone from its destination, or cut short."
    )
