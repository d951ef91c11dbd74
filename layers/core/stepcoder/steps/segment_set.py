"""A set of segments with its playlist on its way: file by file beside the playlist, or as one ZIP."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from stepcoder.destinations.sending import pieces_of
from stepcoder.steps.delivery import Delivery
from stepcoder.steps.pack_stills import StillFile, places, total_size
from stepcoder.steps.workspace import Result


@dataclass(frozen=True)
class SetFile:
    """One file of the set: its name, size in bytes, content type, and a way to read it, again if need be."""

    name: str
    size: int
    content_type: str
    read: Callable[[], Iterator[bytes]]

    @classmethod
    def of(cls, path: Path, name: str, content_type: str) -> SetFile:
        """A local file under another name."""
        return cls(name, path.stat().st_size, content_type, lambda: pieces_of(path))


@dataclass(frozen=True)
class SegmentSet:
    """fMP4 has an init segment, transport streams none."""

    init: SetFile | None
    segments: list[SetFile]
    playlist: SetFile

    @property
    def media(self) -> list[SetFile]:
        return [file for file in (self.init, *self.segments) if file is not None]


def deliver_beside(made: SegmentSet, stills: Sequence[StillFile], delivery: Delivery, scratch: Path) -> Result:
    """Every file beside the playlist; the playlist last, so that whoever sees it finds all it names."""
    files = [*made.media, made.playlist]
    # The playlist keeps the name that the customer gave, whatever its extension.
    targets = [*(delivery.place.beside(file.name) for file in made.media), delivery.place]
    delivery.announce([*targets, *places(stills)], sum(file.size for file in files) + total_size(stills))

    def put(index: int) -> None:
        delivery.put(targets[index], files[index].read, files[index].content_type, files[index].size)

    with ThreadPoolExecutor(delivery.most_uploads) as threads:
        for done in [threads.submit(put, index) for index in range(len(made.media))]:
            done.result()
    put(len(made.media))
    return {
        "size_bytes": sum(file.size for file in made.segments),
        "probe": [[targets[index].target, 0, files[index].size] for index in range(1 if made.init is None else 2)],
    }


def deliver_zipped(made: SegmentSet, stills: Sequence[StillFile], delivery: Delivery, scratch: Path) -> Result:
    """One ZIP, files stored as they are: media does not compress."""
    path = scratch / "set.zip"
    offsets: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for file in (*made.media, made.playlist):
            with archive.open(zipfile.ZipInfo(file.name), "w", force_zip64=True) as entry:
                offsets[file.name] = archive.fp.tell() if archive.fp else 0
                for piece in file.read():
                    entry.write(piece)
    size = path.stat().st_size
    delivery.announce([delivery.place, *places(stills)], size + total_size(stills))
    delivery.put_file(delivery.place, path, "application/zip")
    first = made.media[: 1 if made.init is None else 2]
    return {
        "size_bytes": size,
        "probe": [[delivery.place.target, offsets[file.name], file.size] for file in first],
    }
