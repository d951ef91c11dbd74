"""All files of an output as one ZIP or tar (zencoder-api 3.2), written while it is sent: nothing lies on a disk."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator, Sequence

from stepcoder.plan.model import Bundle
from stepcoder.steps.made_file import MadeFile

_TAR_BLOCK = 512
# Above it ZIP needs 64-bit sizes, which have to be announced before the size is reached.
_LARGE = 0x7FFF_FFFF
CONTENT_TYPES = {"zip": "application/zip", "tar": "application/x-tar"}


class BundleStream:
    """The bytes of a bundle. After it was read, `offsets` tells where each file's own bytes begin in it."""

    def __init__(self, kind: str, files: Sequence[MadeFile]) -> None:
        self._kind, self._files = kind, files
        self.offsets: dict[str, int] = {}

    def read(self) -> Iterator[bytes]:
        """From the beginning; it can be read again."""
        return self._zip() if self._kind == "zip" else self._tar()

    def _zip(self) -> Iterator[bytes]:
        """Stored, not deflated: media does not compress."""
        sink = _Sink()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:
            for file in self._files:
                with archive.open(zipfile.ZipInfo(file.name), "w", force_zip64=file.size > _LARGE) as entry:
                    self.offsets[file.name] = sink.written
                    for piece in file.read():
                        entry.write(piece)
                        yield sink.taken()
                yield sink.taken()
        yield sink.taken()

    def _tar(self) -> Iterator[bytes]:
        at = 0
        for file in self._files:
            info = tarfile.TarInfo(file.name)
            info.size, info.mode = file.size, 0o644
            header = info.tobuf(tarfile.PAX_FORMAT)
            self.offsets[file.name] = at + len(header)
            yield header
            yield from file.read()
            padding = -file.size % _TAR_BLOCK
            yield bytes(padding)
            at += len(header) + file.size + padding
        # Two empty blocks end a tar (POSIX.1-2001, pax), and whole records of twenty are what readers expect.
        yield bytes(2 * _TAR_BLOCK + -(at + 2 * _TAR_BLOCK) % tarfile.RECORDSIZE)


class _Sink(io.RawIOBase):
    """What an archive is written to; it can't be sought in, so sizes follow the files in it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self.written = 0

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:  # type: ignore[no-untyped-def]
        self._pieces.append(bytes(data))
        self.written += len(self._pieces[-1])
        return len(self._pieces[-1])

    def taken(self) -> bytes:
        """What was written since it was last taken."""
        taken, self._pieces = b"".join(self._pieces), []
        return taken


def implied_bundle(name: str) -> Bundle:
    """What a set of segments is in temporary storage, where one link must lead to all of it (zencoder-api 5.3)."""
    return Bundle(format="zip", name=f"{name.rpartition('.')[0] or name}.m3u8")
