"""The files of an output on their way: file by file beside its main one, or all in a bundle."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from stepcoder.steps.bundle import CONTENT_TYPES, BundleStream
from stepcoder.steps.delivery import Delivery
from stepcoder.steps.made_file import MadeFile
from stepcoder.steps.pack_stills import StillFile, places, total_size
from stepcoder.steps.workspace import Result


@dataclass(frozen=True)
class FileSet:
    """An output's files but its stills: the one with the output's name, and those beside it, in order.

    `probed` of those beside, from the first one on, are probed together when all is delivered; 0: the main one is.
    """

    main: MadeFile
    beside: tuple[MadeFile, ...] = ()
    probed: int = 0

    @property
    def size_bytes(self) -> int:
        return self.main.size + sum(file.size for file in self.beside)

    @property
    def first(self) -> Sequence[MadeFile]:
        """What is probed."""
        return self.beside[: self.probed] or (self.main,)


def deliver(made: FileSet, stills: Sequence[StillFile], delivery: Delivery) -> Result:
    """Deliver all but loose stills; the result says in `probe` where each probed file lies: target, offset, length."""
    return _bundled(made, stills, delivery) if delivery.bundle else _loose(made, stills, delivery)


def _loose(made: FileSet, stills: Sequence[StillFile], delivery: Delivery) -> Result:
    """The main file last, so that whoever sees a playlist finds all it names."""
    targets = {file.name: delivery.place.beside(file.name) for file in made.beside}
    # The main file keeps the name that the customer gave, whatever its extension.
    targets[made.main.name] = delivery.place
    delivery.announce([*targets.values(), *places(stills)], made.size_bytes + total_size(stills))

    def put(file: MadeFile) -> None:
        delivery.put(targets[file.name], file.read, file.content_type, file.size)

    if made.beside:
        with ThreadPoolExecutor(delivery.most_uploads(delivery.place)) as threads:
            for done in [threads.submit(put, file) for file in made.beside]:
                done.result()
    put(made.main)
    return {"probe": [[targets[file.name].target, 0, file.size] for file in made.first]}


def _bundled(made: FileSet, stills: Sequence[StillFile], delivery: Delivery) -> Result:
    assert delivery.bundle is not None  # noqa: S101 - asked before
    kind = delivery.bundle.format
    inside = [still.made(delivery.workspace) for still in stills if still.stills.bundled]
    stream = BundleStream(kind, [*made.beside, made.main, *inside])
    delivery.announce([delivery.place, *places(stills)], made.size_bytes + total_size(stills))
    delivery.put(delivery.place, stream.read, CONTENT_TYPES[kind])
    return {"probe": [[delivery.place.target, stream.offsets[file.name], file.size] for file in made.first]}
