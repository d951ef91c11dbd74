"""Delivering one output: files to their destinations, progress, cancel check. What may lie there: withdrawal.py."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence

from stepcoder import runtime
from stepcoder.destinations import Sending, sending
from stepcoder.destinations.sending import OnProgress
from stepcoder.errors import Cancelled, InputError, TryAgain
from stepcoder.plan.model import Bundle, OutputPlan, ThumbnailSet
from stepcoder.plan.storing import Storing
from stepcoder.records.store import Records
from stepcoder.steps.bundle import implied_bundle
from stepcoder.steps.storage import Stores, nickname_for, set_of
from stepcoder.steps.storing import sending_of
from stepcoder.steps.withdrawal import Announcements, withdraw
from stepcoder.steps.workspace import Workspace
from stepcoder.storage import Place

LEAST_SECONDS_BETWEEN_TALLIES = 1.0


class Delivery:
    """The files of one output on their way. Safe to use from several threads; close it when done.

    `stills` are the output's sets of thumbnails, which may be delivered with credentials of their own.
    """

    def __init__(
        self, workspace: Workspace, store: Records, output: OutputPlan, stills: Sequence[ThumbnailSet] = ()
    ) -> None:
        self.workspace, self.place = workspace, Place.read(output.destination.url)
        self.still_backup = Place.read(output.still_backup) if output.still_backup else None
        # Temporary storage is ours, so it is not opened with the customer's credentials, nor written with his settings.
        ours = [self.place.beside("")] if output.destination.temporary else []
        self._ours = tuple(place.url for place in (*ours, self.still_backup) if place is not None)
        self._plan, self._output, self._stills = output, store.output(output.output_id), stills
        self._stores = Stores(self._output.account_id, workspace.objects)
        self._store, self._output_id = store, output.output_id
        self._done, self._total, self._last = 0, 0, runtime.now()
        self._lock = threading.Lock()

    @property
    def bundle(self) -> Bundle | None:
        """What all of the output's files go into, if they do."""
        if self._plan.bundle is None and self._plan.kind == "segmented" and self._plan.destination.temporary:
            return implied_bundle(self.place.name)
        return self._plan.bundle

    @property
    def name(self) -> str:
        """The name of the output's main file."""
        return self.bundle.name if self.bundle else self.place.name

    @property
    def stem(self) -> str:
        """The main file's name without its extension: what segments are named after."""
        return self.name.rpartition(".")[0] or self.name

    @property
    def warnings(self) -> Sequence[str]:
        """Sentences about what could not be done as asked."""
        return self._stores.warnings

    def most_uploads(self, place: Place) -> int:
        """How many files go beside a place at once (zencoder-api 3.2, parallel_upload_limit).

        Raises OutputError where the login to it is gone.
        """
        return self._storing(place).parallel or self._stores.destination(place, self._nickname(place)).most_uploads

    def announce(self, places: Sequence[Place], total_bytes: int) -> None:
        """Before the first byte: what will be delivered, to find a dead worker's files by. Raises Cancelled."""
        known = Announcements(self.workspace, self._output_id)
        # What a repeat finds at the output's place may be the first attempt's own: the first look counts.
        existed = self.place.target not in known.places and self._exists()
        known.add(self.place, existed, self._listed(places))
        self._total = total_bytes
        if not self._report():
            raise Cancelled(f"Output {self._output_id} is no longer wanted.")

    def announce_more(self, places: Sequence[Place]) -> None:
        """Files that go elsewhere than was announced."""
        Announcements(self.workspace, self._output_id).add(self.place, False, self._listed(places))

    def _listed(self, places: Sequence[Place]) -> list[tuple[Place, str | None]]:
        return [(place, self._nickname(place)) for place in places]

    def put(self, place: Place, body: Callable[[], Iterator[bytes]], content_type: str, size: int | None = None) -> int:
        """Deliver a file, its bytes read anew by every try; returns its size in bytes.

        `size` in bytes, where it is known beforehand. Raises OutputError, Cancelled, TryAgain.
        """
        destination = self._stores.destination(place, self._nickname(place))
        return sending.put(destination, place.path, body, self._sending(place, content_type, size), self._counter())

    def _sending(self, place: Place, content_type: str, size: int | None) -> Sending:
        if place.url.startswith(self._ours):
            return Sending(content_type, size, plain=True)
        return sending_of(self._storing(place), content_type, size)

    def _storing(self, place: Place) -> Storing:
        stills = set_of(place, self._stills)
        return self._plan.storing if stills is None else stills.storing

    def _nickname(self, place: Place) -> str | None:
        return None if place.url.startswith(self._ours) else nickname_for(place, self._output, self._stills)

    def _exists(self) -> bool:
        """Whether something lies at the output's place; where looking is not allowed, writing may be all the same."""
        try:
            self._stores.source(self.place, self._nickname(self.place))
        except InputError as error:
            if error.error_class != "FileNotFoundError":
                runtime.logger().info("can't look at the destination", url=self.place.url, reason=error.message)
            return False
        return True

    def withdraw(self) -> None:
        """Remove whatever was delivered to this place: a failed or cancelled output leaves nothing behind."""
        withdraw(self.workspace, self._output_id, self.place)

    def close(self) -> None:
        """Let go of connections."""
        self._stores.close()

    def _counter(self) -> OnProgress:
        """Destinations count each file from zero; the output's progress is over all of them."""
        before = 0

        def hear(so_far: int) -> bool:
            nonlocal before
            with self._lock:
                self._done += so_far - before
                before = so_far
                if (runtime.now() - self._last).total_seconds() < LEAST_SECONDS_BETWEEN_TALLIES:
                    return True
                try:
                    return self._report()
                except TryAgain:
                    # The table had a moment, not the destination: the upload goes on, the next report makes it good.
                    return True

        return hear

    def _report(self) -> bool:
        self._last = runtime.now()
        return self._store.tally_upload(self._output_id, min(self._done, self._total), self._total)
