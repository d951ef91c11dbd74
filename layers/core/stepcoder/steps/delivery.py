"""Delivering one output: files to their destinations, progress, cancel check, a list of what may lie there."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from stepcoder import runtime
from stepcoder.aws.faults import error_code
from stepcoder.destinations import Destination, OnBytes, open_destination
from stepcoder.errors import Cancelled, OutputError, TryAgain
from stepcoder.plan.model import OutputPlan, ThumbnailSet
from stepcoder.records.store import Records, records
from stepcoder.s3 import parse
from stepcoder.steps.storage import Logins, nickname_for
from stepcoder.steps.workspace import Workspace

LEAST_SECONDS_BETWEEN_TALLIES = 1.0


class Delivery:
    """The files of one output on their way, each named by its full URL. Safe to use from several threads.

    `stills` are the output's sets of thumbnails, which may be delivered with credentials of their own.
    """

    def __init__(
        self, workspace: Workspace, store: Records, output: OutputPlan, stills: Sequence[ThumbnailSet] = ()
    ) -> None:
        self.workspace, self.url, self.still_backup = workspace, output.destination.url, output.still_backup
        # Temporary storage is ours, so it is not opened with the customer's credentials.
        ours = [self.url.rpartition("/")[0] + "/"] if output.destination.temporary else []
        self._ours = (*ours, output.still_backup) if output.still_backup else tuple(ours)
        output_id = output.output_id
        self._output, self._stills = store.output(output_id), stills
        self._logins = Logins(self._output.account_id, workspace.objects)
        self._store, self._output_id = store, output_id
        self._done, self._total, self._last = 0, 0, runtime.now()
        self._lock = threading.Lock()

    @property
    def stem(self) -> str:
        """The output's file name without its extension: what its segments are named after."""
        name = self.url.rpartition("/")[2]
        return name.rpartition(".")[0] or name

    def beside(self, name: str) -> str:
        """URL of a file in the output's directory."""
        return f"{self.url.rpartition('/')[0]}/{name}"

    def announce(self, urls: Sequence[str], total_bytes: int) -> None:
        """Before the first byte: what will be delivered, to find a dead worker's files by. Raises Cancelled."""
        places = _announcements(self.workspace, self._output_id)
        # What a repeat finds at the output's place may be the first attempt's own: the first look counts.
        existed = places[self.url]["existed"] if self.url in places else self._exists()
        places[self.url] = {"existed": existed, **self._listed(urls)}
        self.workspace.write_json(_announced(self._output_id), places)
        self._total = total_bytes
        if not self._report():
            raise Cancelled(f"Output {self._output_id} is no longer wanted.")

    def announce_more(self, urls: Sequence[str]) -> None:
        """Files that go elsewhere than was announced."""
        places = _announcements(self.workspace, self._output_id)
        more = self._listed(urls)
        for name, known in places.get(self.url, {"existed": False}).items():
            more[name] = [*known, *more[name]] if name in more else known
        self.workspace.write_json(_announced(self._output_id), {**places, self.url: more})

    def _listed(self, urls: Sequence[str]) -> dict[str, Any]:
        return {"urls": list(urls), "credentials": [self._nickname(url) for url in urls]}

    def put_stream(self, url: str, body: Callable[[], Iterator[bytes]], content_type: str) -> int:
        """Deliver a file; returns its size in bytes. Raises OutputError, Cancelled, TryAgain."""
        place = self._place(url)
        return place.put_stream(url.rpartition("/")[2], body, content_type, self._counter()).size

    def put_file(self, url: str, path: Path, content_type: str) -> int:
        place = self._place(url)
        return place.put_file(url.rpartition("/")[2], path, content_type, self._counter()).size

    def _place(self, url: str) -> Destination:
        objects, by_customer = self._logins.storage(url, self._nickname(url))
        return open_destination(url, objects, by_customer=by_customer)

    def _nickname(self, url: str) -> str | None:
        return None if url.startswith(self._ours) else nickname_for(url, self._output, self._stills)

    def _exists(self) -> bool:
        """Whether something lies at the output's own place; where looking is not allowed, writing may be all the same.

        Raises OutputError where the credentials to look with are gone.
        """
        place, storage = parse(self.url), self._logins.storage(self.url, self._nickname(self.url))
        try:
            return storage.objects.exists(place.bucket, place.key)
        except Exception as error:
            runtime.logger().info("can't look at the destination", url=place.url, reason=str(error))
            return False

    def withdraw(self) -> None:
        """Remove whatever was delivered to this place: a failed or cancelled output leaves nothing behind."""
        withdraw(self.workspace, self._output_id, self.url)

    def _counter(self) -> OnBytes:
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


def withdraw(workspace: Workspace, output_id: int, only: str | None = None) -> None:
    """Remove every file announced for an output, or for one of its places. Repeating it is harmless."""
    for url, listed in _announcements(workspace, output_id).items():
        if only in (None, url):
            _withdraw_from(workspace, output_id, listed)


def _withdraw_from(workspace: Workspace, output_id: int, listed: dict[str, Any]) -> None:
    if listed["existed"]:
        # The customer's earlier files may still be the ones that lie there: a failed job must not take them away.
        runtime.logger().warning("files left at the destination", output_id=output_id, urls=len(listed["urls"]))
        return
    logins = Logins(records().output(output_id).account_id, workspace.objects)
    for url, nickname in zip(listed["urls"], listed["credentials"], strict=True):
        _remove(logins, url, nickname)


def _remove(logins: Logins, url: str, nickname: str | None) -> None:
    """Where the bucket or the credentials are gone, or only writing is allowed, nothing can be done: the output has
    failed anyway."""
    place = parse(url)
    try:
        logins.storage(url, nickname).objects.delete(place.bucket, place.key)
    except Exception as error:
        if not error_code(error) and not isinstance(error, OutputError):
            raise
        runtime.logger().warning("can't remove a delivered file", url=place.url, reason=str(error))


def _announcements(workspace: Workspace, output_id: int) -> dict[str, dict[str, Any]]:
    """What was announced for each place that was tried, by the URL of the output's main file there."""
    name = _announced(output_id)
    places: dict[str, dict[str, Any]] = workspace.read_json(name) if workspace.has(name) else {}
    return places


def _announced(output_id: int) -> str:
    return f"results/delivering-{output_id}.json"
