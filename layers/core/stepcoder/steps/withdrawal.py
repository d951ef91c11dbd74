"""What was announced for an output's places, and taking it back from there. Delivering it is delivery.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stepcoder import runtime
from stepcoder.destinations import sending
from stepcoder.errors import OutputError
from stepcoder.records.store import records
from stepcoder.steps.storage import Stores
from stepcoder.steps.workspace import Workspace
from stepcoder.storage import Place


class Announcements:
    """The files that may lie at each place that was tried for an output, noted before the first byte of them.

    Kept in the work bucket by the target of the output's main file at that place: `existed` says whether something lay
    there before, `files` are targets, `credentials` the nickname for each of them.
    """

    def __init__(self, workspace: Workspace, output_id: int) -> None:
        self._workspace, self._name = workspace, f"results/delivering-{output_id}.json"
        self.places: dict[str, dict[str, Any]] = workspace.read_json(self._name) if workspace.has(self._name) else {}

    def add(self, main: Place, existed: bool, files: Sequence[tuple[Place, str | None]]) -> None:
        """Note files for a place; what was noted for it before stays. Repeating it is harmless."""
        known = self.places.get(main.target, {"existed": existed, "files": [], "credentials": []})
        listed = dict(zip(known["files"], known["credentials"], strict=True))
        listed.update({place.target: nickname for place, nickname in files})
        known = {**known, "files": list(listed), "credentials": list(listed.values())}
        self.places[main.target] = known
        self._workspace.write_json(self._name, self.places)


def withdraw(workspace: Workspace, output_id: int, only: Place | None = None) -> None:
    """Remove every file announced for an output, or for one of its places. Repeating it is harmless."""
    places = Announcements(workspace, output_id).places
    wanted = [known for target, known in places.items() if only is None or target == only.target]
    if not wanted:
        return
    stores = Stores(records().output(output_id).account_id, workspace.objects)
    try:
        for known in wanted:
            _withdraw_from(stores, output_id, known)
    finally:
        stores.close()


def _withdraw_from(stores: Stores, output_id: int, known: dict[str, Any]) -> None:
    if known["existed"]:
        # The customer's earlier files may still be the ones that lie there: a failed job must not take them away.
        runtime.logger().warning("files left at the destination", output_id=output_id, files=len(known["files"]))
        return
    for target, nickname in zip(known["files"], known["credentials"], strict=True):
        place = Place.read(target)
        try:
            sending.delete(stores.destination(place, nickname), place.path)
        except OutputError as error:
            # Where the storage or the login is gone, or only writing is allowed, nothing can be done: the output has
            # failed anyway.
            runtime.logger().warning("can't remove a delivered file", url=place.url, reason=error.message)
