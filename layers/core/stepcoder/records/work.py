"""Counting what was done: progress of inputs, work and upload of outputs. What it means in percent is progress.py.

Every write here holds only while its record is processing, so its answer is also the cancel check: False means stop.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stepcoder import runtime
from stepcoder.aws.expressions import Condition, absent, at_most, differs, equals, less_than, one_of
from stepcoder.aws.table import Conflict, Table, Update
from stepcoder.errors import NotFound, TryAgain
from stepcoder.records.items import path_of, task_path
from stepcoder.records.model import Input, Output
from stepcoder.states import OUTPUT_STATES, TERMINAL_OUTPUT

# A task can be repeated as long as its execution may live, which is far less.
_LEDGER_SECONDS = 30 * 24 * 3600
_RACES = 20


class WorkStore:
    """The part of Records that counts."""

    table: Table

    def set_input_progress(self, input_id: int, event: str, percent: float) -> bool:
        """Say how far "Downloading" or "Inspecting" is, in percent. Never goes back, nor from the second to the first.

        False: the input is not processing any more. Raises NotFound.
        """
        # A default is not stored: an input that has just begun to be downloaded has an event and no progress.
        further = absent("event_progress") | at_most("event_progress", percent)
        forward: Condition = absent("event") | (equals("event", event) & further)
        if event == "Inspecting":
            forward = forward | differs("event", event)
        update = Update(
            path=path_of(Input, input_id),
            set_={"event": event, "event_progress": percent},
            when=equals("state", "processing") & forward,
        )
        return self._while_in(("processing",), update)

    def set_output_totals(self, output_id: int, work_total: int) -> bool:
        """Say how much work an output is: the sum of its tasks' weights. False: the output is terminal already."""
        live = tuple(OUTPUT_STATES - TERMINAL_OUTPUT)
        path = path_of(Output, output_id)
        return self._while_in(live, Update(path=path, set_={"work_total": work_total}, when=one_of("state", live)))

    def tally(self, job_id: int, attempt: int, task_id: str, done: int, output_ids: Iterable[int]) -> bool:
        """Count that a task has done `done` of its weight so far, for each of its outputs that is processing.

        Only the rise above what this task was counted for is added, in one transaction with the task's ledger: a
        repeated or doubled task never counts twice, and a call that failed is made good by the next. False: none of
        the outputs is being made in that attempt any more, so stop. Raises TryAgain when nothing could be counted just
        now; a caller that will call again may pass over that.
        """
        paths = [path_of(Output, output_id) for output_id in dict.fromkeys(output_ids)]
        ledger = task_path(job_id, attempt, task_id)
        for _ in range(_RACES):
            items = self.table.get_many([ledger, *paths])
            live = [path for path in paths if _is_live(items.get(path, {}), attempt)]
            counted = int(items.get(ledger, {}).get("counted", 0))
            if not live or done <= counted:
                return bool(live)
            try:
                self.table.transact([_raise_ledger(ledger, counted, done), *_add_work(live, done - counted)])
            except Conflict:
                continue  # another run of this task counted, or an output moved on: look again
            return True
        raise TryAgain(f"Task {task_id} of job {job_id} could not be counted just now.")

    def tally_upload(self, output_id: int, done_bytes: int, total_bytes: int) -> bool:
        """Say how many bytes of an output's files are delivered. Never goes back; the first total given stays.

        False: the output is neither processing nor uploading any more. Raises NotFound.
        """
        live = ("processing", "uploading")
        update = Update(
            path=path_of(Output, output_id),
            set_={"upload_done": done_bytes},
            set_once={"upload_total": total_bytes},
            when=one_of("state", live) & (absent("upload_done") | less_than("upload_done", done_bytes)),
        )
        return self._while_in(live, update)

    def _while_in(self, live: tuple[str, ...], update: Update) -> bool:
        try:
            self.table.update(update)
        except Conflict as conflict:
            return _state_of(conflict, update.path) in live
        return True


def _raise_ledger(path: str, counted: int, done: int) -> Update:
    unmoved = equals("counted", counted) if counted else absent("counted")
    expires_at = int(runtime.now().timestamp()) + _LEDGER_SECONDS
    return Update(path=path, set_={"counted": done, "expires_at": expires_at}, when=unmoved)


def _add_work(paths: list[str], delta: int) -> list[Update]:
    return [Update(path=path, add={"work_done": delta}, when=equals("state", "processing")) for path in paths]


def _is_live(item: Mapping[str, Any], attempt: int) -> bool:
    return item.get("state") == "processing" and item.get("attempt", 0) == attempt


def _state_of(conflict: Conflict, path: str) -> str:
    if conflict.item is None:
        raise NotFound(f"There is no record {path}.")
    return str(conflict.item["state"])
