"""Attempts at a job in the table: asking for another one, and making everything unfinished ready for it. No use-cases.

Each change is one transaction, so that a job and its parts never disagree about which attempt they are in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from stepcoder import runtime, states
from stepcoder.aws.expressions import Condition, absent, equals, less_than, one_of
from stepcoder.aws.table import Conflict, Table, Update
from stepcoder.records.items import path_of, to_changes
from stepcoder.records.model import Input, Job, Output

UNFINISHED_KEY = "yes"
# What an attempt leaves on a record, and the next must not find.
_INPUT_TRACES = ("facts", "error_class", "error_message", "event", "event_progress", "finished_at")
_OUTPUT_TRACES = (
    *("facts", "error_class", "error_message", "event", "thumbnails", "variant", "fallback", "finished_at"),
    *("work_total", "work_done", "upload_total", "upload_done"),
)


def in_attempt(attempt: int) -> Condition:
    """The record is in this attempt. The first is not stored, as no default is."""
    return equals("attempt", attempt) if attempt else absent("attempt") | equals("attempt", 0)


class AttemptStore:
    """The part of Records that begins jobs again."""

    table: Table

    def resubmit(self, job: Job, source: Input, outputs: Sequence[Output]) -> bool:
        """The job waits for its next attempt; whatever of it is still under way is cancelled, without anybody told.

        All are as just read. False: something moved on meanwhile, or the job is finished: read again.
        """
        stamp = runtime.timestamp()
        again = {"state": "pending", "attempt": job.attempt + 1, "submitted_at": stamp, "updated_at": stamp}
        set_, remove = to_changes(Job, {**again, "started_at": None, "finished_at": None})
        restarted = Update(
            path=path_of(Job, job.id),
            set_={**set_, "unfinished": UNFINISHED_KEY},
            remove=remove,
            when=one_of("state", states.JOB_RESUBMITTED_FROM) & in_attempt(job.attempt),
        )
        stopped = {"state": "cancelled", "updated_at": stamp, "finished_at": stamp}
        live = [
            *([path_of(Input, source.id)] if source.state not in states.TERMINAL_INPUT else []),
            *(path_of(Output, each.id) for each in outputs if each.state not in states.TERMINAL_OUTPUT),
        ]
        # An output may finish at this very moment; one that is finished stays so, whatever is asked.
        halts = [Update(path=path, set_=stopped, when=one_of("state", states.LIVE)) for path in live]
        return self._all_or_nothing([restarted, *halts])

    def restart(self, job: Job, source: Input, outputs: Sequence[Output]) -> bool:
        """The input and all outputs that aren't finished wait to be worked on, as those of a new job do.

        For a job that is pending in an attempt its parts are not in yet. Repeating it changes nothing. False: the job
        is no longer waiting for this attempt.
        """
        stamp = runtime.timestamp()
        wanted = Update(
            path=path_of(Job, job.id),
            set_={"updated_at": stamp},
            when=equals("state", "pending") & in_attempt(job.attempt),
        )
        fresh: dict[str, Any] = {"state": "waiting", "attempt": job.attempt, "updated_at": stamp}
        parts: list[tuple[type, int, tuple[str, ...]]] = []
        if source.attempt < job.attempt:
            parts.append((Input, source.id, _INPUT_TRACES))
        behind = [output for output in outputs if output.attempt < job.attempt and output.state != "finished"]
        parts += [(Output, output.id, _OUTPUT_TRACES) for output in behind]
        return self._all_or_nothing([wanted, *(_reset(*part, fresh, job.attempt) for part in parts)])

    def _all_or_nothing(self, updates: Sequence[Update]) -> bool:
        try:
            self.table.transact(updates)
        except Conflict:
            return False
        return True


def _reset(cls: type, record_id: int, traces: tuple[str, ...], fresh: dict[str, Any], attempt: int) -> Update:
    set_, remove = to_changes(cls, {**dict.fromkeys(traces), **fresh})
    behind = absent("attempt") | less_than("attempt", attempt)
    return Update(path=path_of(cls, record_id), set_=set_, remove=remove, when=behind)
