"""Jobs, inputs and outputs in the table: creating, reading, listing, and moving between states. No use-cases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any

from stepcoder import runtime, states
from stepcoder.aws.expressions import absent, equals, one_of
from stepcoder.aws.table import ACCOUNT_JOBS, UNFINISHED, Conflict, Put, Table, Update
from stepcoder.errors import BodyTooLarge, NotFound, TryAgain
from stepcoder.records.attempts import UNFINISHED_KEY, in_attempt
from stepcoder.records.items import Record, from_item, pack, path_of, request_path, to_changes, to_item, unpack
from stepcoder.records.model import Input, Job, Output
from stepcoder.records.receipts import Receipt, receipt_item
from stepcoder.records.retention import expiry

PER_PAGE = 50
_LARGEST_REQUEST = 350_000  # bytes, packed; an item holds 400 KB
_FIRST_ID = 1001
_MOST_PER_PAGE = 100
_NOT_DELETED = absent("deleted_at")
_STATES: dict[type, tuple[dict[str, frozenset[str]], frozenset[str]]] = {
    Job: (states.JOB_ENTERED_FROM, states.TERMINAL_JOB),
    Input: (states.INPUT_ENTERED_FROM, states.TERMINAL_INPUT),
    Output: (states.OUTPUT_ENTERED_FROM, states.TERMINAL_OUTPUT),
}


def next_id(table: Table, counter: str, first: int, count: int = 1) -> int:
    """The first of `count` new consecutive integers. Never handed out twice; gaps are possible."""
    item = table.update(Update(path=f"counters/{counter}", add={"handed_out": count}))
    return first + int(item["handed_out"]) - count


class JobStore:
    """The part of Records that holds jobs with their inputs and outputs."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def new_ids(self, outputs: int) -> tuple[int, int, list[int]]:
        """Ids for a job, its input and its outputs, by one write. No two records of any kind share an id."""
        first = next_id(self.table, "ids", _FIRST_ID, 2 + outputs)
        return first, first + 1, list(range(first + 2, first + 2 + outputs))

    def create(
        self,
        job: Job,
        input: Input,
        outputs: list[Output],
        request: dict[str, Any],
        receipt: Receipt | None = None,
        also: Sequence[Update] = (),
    ) -> None:
        """Write a whole job in one transaction with `also`: all of it or nothing. Missing times are stamped.

        Raises Conflict if the receipt's key was used before or a condition of `also` does not hold, BodyTooLarge if the
        request can't be stored.
        """
        packed = pack(request)
        if len(packed) > _LARGEST_REQUEST:
            raise BodyTooLarge("The job request is too large.")
        stamp = runtime.timestamp()
        expires = {"expires_at": expiry(job.created_at or stamp)}
        unfinished = {"submitted_at": job.submitted_at or stamp, "unfinished": UNFINISHED_KEY}
        actions: list[Put | Update] = [
            _new_item(job, stamp, {**unfinished, **expires}),
            _new_item(input, stamp, expires),
            *(_new_item(output, stamp, expires) for output in outputs),
            Put(path=request_path(job.id), item={"request": packed, **expires}),
            *([receipt_item(receipt, job.id, expires["expires_at"])] if receipt else []),
            *also,
        ]
        self.table.transact(actions)

    def job(self, job_id: int) -> Job:
        """Raises NotFound."""
        return self._read(Job, job_id)

    def input(self, input_id: int) -> Input:
        """Raises NotFound."""
        return self._read(Input, input_id)

    def output(self, output_id: int) -> Output:
        """Raises NotFound."""
        return self._read(Output, output_id)

    def outputs(self, job: Job) -> list[Output]:
        """The outputs of a job in the order of the request."""
        found = self.outputs_by_id(job.output_ids)
        return [found[output_id] for output_id in job.output_ids if output_id in found]

    def jobs_by_id(self, job_ids: Iterable[int]) -> dict[int, Job]:
        """Those that exist; any number, in few calls."""
        return self._read_many(Job, job_ids)

    def inputs_by_id(self, input_ids: Iterable[int]) -> dict[int, Input]:
        """Those that exist; any number, in few calls."""
        return self._read_many(Input, input_ids)

    def outputs_by_id(self, output_ids: Iterable[int]) -> dict[int, Output]:
        """Those that exist; any number, in few calls."""
        return self._read_many(Output, output_ids)

    def request(self, job_id: int) -> dict[str, Any]:
        """The canonical request the job was created with. Raises NotFound."""
        item = self.table.get(request_path(job_id))
        if item is None:
            raise NotFound(f"There is no request of job {job_id}.")
        request: dict[str, Any] = unpack(item["request"])
        return request

    def jobs(
        self,
        account_id: int,
        page: int = 1,
        per_page: int = PER_PAGE,
        state: str | None = None,
        *,
        with_deleted: bool = True,
    ) -> list[Job]:
        """A page of an account's jobs, newest first; empty past the end. `page` from 1, `per_page` at most 100.

        The index may be a moment behind; the jobs themselves are read fresh. Page N reads the index entries of the
        pages before it (some 60 bytes each, 10,000 and more to a call), never their jobs.
        """
        per_page = max(1, min(per_page, _MOST_PER_PAGE))
        where = equals("state", state) if state else None if with_deleted else _NOT_DELETED
        entries = self.table.query(ACCOUNT_JOBS, "account_id", account_id, where=where)
        start = (max(1, page) - 1) * per_page
        wanted = [int(entry["job_id"]) for entry in islice(entries, start, start + per_page)]
        found = self._read_many(Job, wanted)
        jobs = [found[job_id] for job_id in wanted if job_id in found]
        return [job for job in jobs if state is None or job.state == state]

    def count_jobs(self, account_id: int) -> int:
        """How many jobs an account has that are not deleted; reads the whole index of them."""
        return self.table.count(ACCOUNT_JOBS, "account_id", account_id, where=_NOT_DELETED)

    def delete_waiting(self, job: Job) -> bool:
        """Cancel and mark as deleted, in one write, a job that nobody has begun. False: somebody has."""
        stamp = runtime.timestamp()
        gone = {"state": "cancelled", "deleted_at": stamp, "updated_at": stamp, "finished_at": stamp}
        waiting = one_of("state", ("pending", "waiting")) & in_attempt(job.attempt)
        try:
            self.table.update(Update(path=path_of(Job, job.id), set_=gone, when=waiting))
        except Conflict:
            return False
        return True

    def remove_file(self, output: Output, position: int) -> None:
        """Note that one of an output's files was deleted. Raises TryAgain when another was at the same moment."""
        removed = sorted({*output.removed, position})
        unchanged = equals("removed", output.removed) if output.removed else absent("removed")
        try:
            self.table.update(Update(path=path_of(Output, output.id), set_={"removed": removed}, when=unchanged))
        except Conflict:
            raise TryAgain(f"The files of output {output.id} are being changed by others just now.") from None

    def unfinished_jobs(self) -> Iterator[int]:
        """Ids of jobs that are not settled (see settle), oldest first; the index may be a moment behind."""
        entries = self.table.query(UNFINISHED, "unfinished", UNFINISHED_KEY, newest_first=False)
        return (int(entry["job_id"]) for entry in entries)

    def settle(self, job: Job) -> None:
        """The job is terminal and its last notification is queued: nobody needs to look after it any more.

        Unless it was resubmitted meanwhile: then this is about a job that is no more.
        """
        over = one_of("state", states.TERMINAL_JOB) & in_attempt(job.attempt)
        with suppress(Conflict):
            self.table.update(Update(path=path_of(Job, job.id), remove=["unfinished"], when=over))

    def move_job(self, job_id: int, to: str, *, attempt: int | None = None, **changes: Any) -> bool:
        """Enter a state if states.py allows it from the present one, and change fields with it, in one write.

        False: not allowed from where it is (already there, cancelled …), or no longer in the given attempt; nothing
        was changed. Stamps updated_at, and finished_at when terminal. Raises NotFound; TypeError for a field the
        record hasn't.
        """
        return self._move(Job, job_id, to, attempt, changes)

    def move_input(self, input_id: int, to: str, *, attempt: int | None = None, **changes: Any) -> bool:
        """Like move_job."""
        return self._move(Input, input_id, to, attempt, changes)

    def move_output(self, output_id: int, to: str, *, attempt: int | None = None, **changes: Any) -> bool:
        """Like move_job."""
        return self._move(Output, output_id, to, attempt, changes)

    def add_warnings(self, job_id: int, sentences: Sequence[str]) -> None:
        """Add to what the job's details warn of, each sentence once. Safe to do from several workers at once.

        Raises NotFound.
        """
        while missing := [each for each in sentences if each not in (known := self.job(job_id).warnings)]:
            unchanged = equals("warnings", known) if known else absent("warnings") | equals("warnings", [])
            with suppress(Conflict):
                change = {"warnings": [*known, *missing]}
                self.table.update(Update(path=path_of(Job, job_id), set_=change, when=unchanged))

    def _move(self, cls: type, record_id: int, to: str, attempt: int | None, changes: dict[str, Any]) -> bool:
        entered_from, terminal = _STATES[cls]
        stamp = runtime.timestamp()
        times = {"updated_at": stamp, "finished_at": stamp} if to in terminal else {"updated_at": stamp}
        if cls is Job and to == "processing":
            times["started_at"] = stamp
        set_, remove = to_changes(cls, {**changes, **times, "state": to})
        allowed = one_of("state", entered_from[to])
        if attempt is not None:
            allowed = allowed & in_attempt(attempt)
        try:
            self.table.update(Update(path=path_of(cls, record_id), set_=set_, remove=remove, when=allowed))
        except Conflict as conflict:
            if conflict.item is None:
                raise NotFound(f"There is no {cls.__name__.lower()} {record_id}.") from None
            return False
        return True

    def _read(self, cls: type[Record], record_id: int) -> Record:
        item = self.table.get(path_of(cls, record_id))
        if item is None:
            raise NotFound(f"There is no {cls.__name__.lower()} {record_id}.")
        return from_item(cls, item)

    def _read_many(self, cls: type[Record], record_ids: Iterable[int]) -> dict[int, Record]:
        items = self.table.get_many(path_of(cls, record_id) for record_id in record_ids)
        records = (from_item(cls, item) for item in items.values())
        return {record.id: record for record in records}


def _new_item(record: Job | Input | Output, stamp: str, extra: Mapping[str, Any]) -> Put:
    times = {"created_at": record.created_at or stamp, "updated_at": record.updated_at or stamp}
    return Put(path=path_of(type(record), record.id), item={**to_item(record), **times, **extra})
