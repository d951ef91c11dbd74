"""Thumbnails from the work bucket to their own directory, and how they are reported (zencoder-api 3.10)."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from stepcoder import runtime
from stepcoder.errors import OutputError
from stepcoder.jobs.links import temporary_link
from stepcoder.plan.model import OutputPlan, Plan, ThumbnailSet
from stepcoder.steps.delivery import Delivery
from stepcoder.steps.fallback import UPLOAD_FAILURES
from stepcoder.steps.made_file import MadeFile
from stepcoder.steps.workspace import Result, Workspace
from stepcoder.storage import Place

_TYPES = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


@dataclass(frozen=True)
class StillFile:
    """One picture: where it lies, where it goes."""

    stills: ThumbnailSet
    number: int
    stored: str
    size_bytes: int

    @property
    def place(self) -> Place:
        """`{prefix}_{4 digits from 0000}.{png|jpg|webp}` below the set's base_url."""
        name = f"{self.stills.prefix}_{self.number:04d}.{self.stills.format}"
        return Place.read(self.stills.base_url).beside(name)

    @property
    def bundled_name(self) -> str:
        """In its output's bundle it lies in a directory of its set's."""
        return f"{self.stills.label or 'thumbnails'}/{self.place.name}"

    def made(self, workspace: Workspace) -> MadeFile:
        """The picture, named as in a bundle."""
        return MadeFile(
            self.bundled_name,
            self.size_bytes,
            _TYPES[self.stills.format],
            lambda: workspace.read_range(self.stored, 0, self.size_bytes),
        )

    def moved_to(self, directory: Place) -> StillFile:
        """The same picture on its way to another directory."""
        return replace(self, stills=self.stills.model_copy(update={"base_url": directory.target}))

    def report(self) -> dict[str, Any]:
        """As the records keep it. Temporary storage is unreadable without a link, which lives as long as the file."""
        frame = self.stills.geometries[-1].frame
        return {
            "label": self.stills.label,
            "url": self._shown(),
            "format": self.stills.format,
            "width": frame.width,
            "height": frame.height,
            "file_size_bytes": self.size_bytes,
        }

    def _shown(self) -> str:
        place = self.place
        if self.stills.bundled:
            return self.bundled_name
        if place.family != "s3":
            return place.url
        if place.home == runtime.settings().output_bucket and place.path.startswith("o/"):
            return temporary_link(place.target)
        return f"https://{place.home}.s3.amazonaws.com/{place.path}"


def still_files(plan: Plan, output: OutputPlan, workspace: Workspace) -> list[StillFile]:
    """Every picture taken for the output, set by set."""
    files = []
    for name in output.thumbnails:
        stills = plan.thumbnail_set(name)
        pictures = (workspace.result(name) or {"pictures": []})["pictures"]
        files += [StillFile(stills, number, each["name"], each["size_bytes"]) for number, each in enumerate(pictures)]
    return files


def places(stills: Sequence[StillFile]) -> list[Place]:
    """Of those that are delivered by themselves."""
    return [still.place for still in stills if not still.stills.bundled]


def total_size(stills: Sequence[StillFile]) -> int:
    """In bytes."""
    return sum(still.size_bytes for still in stills)


def deliver_stills(stills: Sequence[StillFile], delivery: Delivery) -> Result:
    """Copy the pictures to where the customer wants them, or a whole set to temporary storage (zencoder-api 4.4).

    The result: `thumbnails` as reported, and where a set went elsewhere `thumbnail_failure`, a class and a sentence.
    """
    delivered: list[StillFile] = []
    failure: OutputError | None = None
    for _, group in groupby(stills, key=lambda still: still.stills.id):
        files = list(group)
        try:
            _put(files, delivery)
        except OutputError as error:
            if error.error_class not in UPLOAD_FAILURES or delivery.still_backup is None:
                raise
            failure = failure or error
            files = [still.moved_to(delivery.still_backup.beside(f"{still.stills.id}/")) for still in files]
            delivery.announce_more(places(files))
            _put(files, delivery)
        delivered += files
    report: Result = {"thumbnails": [still.report() for still in delivered]}
    return report if failure is None else {**report, "thumbnail_failure": [failure.error_class, failure.message]}


def _put(stills: Sequence[StillFile], delivery: Delivery) -> None:
    def put(still: StillFile) -> None:
        made = still.made(delivery.workspace)
        delivery.put(still.place, made.read, made.content_type, made.size)

    loose = [still for still in stills if not still.stills.bundled]
    if loose:
        with ThreadPoolExecutor(delivery.most_uploads(loose[0].place)) as threads:
            for done in [threads.submit(put, still) for still in loose]:
                done.result()
