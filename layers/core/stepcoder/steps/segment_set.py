"""A set of segments with its playlist on its way: file by file beside the playlist, or as one ZIP."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from stepcoder.steps.delivery import Delivery
from stepcoder.steps.pack_stills import StillFile, total_size, urls
from stepcoder.steps.workspace import Result

_PARALLEL_UPLOADS = 8
_READ_SIZE = 1024 * 1024


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
        return cls(name, path.stat().st_size, content_type, lambda: _pieces(path))


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_READ_SIZE):
            yield piece


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
    places = [*(delivery.beside(file.name) for file in made.media), delivery.url]
    delivery.announce([*places, *urls(stills)], sum(file.size for file in files) + total_size(stills))

    def put(index: int) -> None:
        delivery.put_stream(places[index], files[index].read, files[index].content_type)

    with ThreadPoolExecutor(_PARALLEL_UPLOADS) as threads:
        for done in [threads.submit(put, index) for index in range(len(made.media))]:
            done.result()
    put(len(made.media))
    return {
        "files": places,
        "size_bytes": sum(file.size for file in made.segments),
        "probe": [[places[index], 0, files[index].size] for index in range(1 if made.init is None else 2)],
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
    delivery.announce([delivery.url, *urls(stills)], size + total_size(stills))
    delivery.put_file(delivery.url, path, "application/zip")
    first = made.media[: 1 if made.init is None else 2]
    return {
        "files": [delivery.url],
        "size_bytes": size,
        "probe": [[delivery.url, offsets[file.name], file.size] for file in first],
    }
