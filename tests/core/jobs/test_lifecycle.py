"""A job's life in any order: created, cancelled, resubmitted, failed, finished, swept; events late, twice, or never.

The workers and the state machine are played by rules that change records as the steps do. After every rule no record
may have made a move that states.py doesn't list; in the end nothing may be open and nobody untold.
"""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from stepcoder import states
from stepcoder.aws import queue, workflow
from stepcoder.errors import Forbidden, OutputError, TryAgain, WrongState
from stepcoder.jobs.ending import cancel_everything
from stepcoder.jobs.resubmitting import resubmit_job
from stepcoder.jobs.sweeping import sweep
from stepcoder.notifications import queue_output_notifications
from stepcoder.records.items import path_of
from stepcoder.records.model import Account, Input, Job, Output
from stepcoder.steps.failing import fail_output
from stepcoder.steps.finish import finish
from stepcoder.steps.over import execution_over
from tests.cloud import cloud_in_memory

ADA = Account(id=7, email="ada@example.org")
HOOK = ["https://hook.example/z"]
KINDS: dict[str, tuple[dict[str, frozenset[str]], frozenset[str]]] = {
    "job": (states.JOB_ENTERED_FROM, states.TERMINAL_JOB),
    "input": (states.INPUT_ENTERED_FROM, states.TERMINAL_INPUT),
    "output": (states.OUTPUT_ENTERED_FROM, states.TERMINAL_OUTPUT),
}
Seen = dict[tuple[str, int], tuple[str, int]]  # (kind, id) → (state, attempt)


def reachable(kind: str, start: str) -> set[str]:
    """Every state a record can come to in one attempt."""
    found, entered_from = {start}, KINDS[kind][0]
    while more := {to for to, sources in entered_from.items() if sources & found} - found:
        found |= more
    return found


class Lifecycle(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.patches = pytest.MonkeyPatch()
        self.stack = contextlib.ExitStack()
        self.stack.callback(self.patches.undo)
        self.cloud = self.stack.enter_context(cloud_in_memory(self.patches))
        self.store = self.cloud.records
        self.running: dict[int, int] = {}  # job → attempt whose execution runs
        self.ended: list[tuple[int, int]] = []  # events that may still be delivered, as often as they like
        self.jobs: list[int] = []
        self.records: list[tuple[str, type, int]] = []
        self.seen: Seen = {}
        self.sick = False
        send = queue.send

        def moody(*arguments: Any, **named: Any) -> None:
            if self.sick:
                raise TryAgain("The queue had a moment.")
            send(*arguments, **named)

        self.patches.setattr(queue, "send", moody)

    # Two are enough to be mixed up, and every one more costs every rule more reading.
    @precondition(lambda self: len(self.jobs) < 2)
    @rule(outputs=st.integers(1, 2), started=st.booleans())
    def create(self, outputs: int, started: bool) -> None:
        job = self.cloud.add_job(outputs, targets=HOOK, output_targets=HOOK)
        self.jobs.append(job.id)
        self.records += [("job", Job, job.id), ("input", Input, job.input_id)]
        self.records += [("output", Output, output_id) for output_id in job.output_ids]
        if started:
            workflow.start_job(job.id, 0)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        job = data.draw(st.sampled_from(self.jobs))
        before = self.store.job(job).state
        assert cancel_everything(job) == (before not in states.TERMINAL_JOB)

    @precondition(lambda self: self.jobs)
    @rule(data=st.data())
    def resubmit(self, data: st.DataObject) -> None:
        job_id = data.draw(st.sampled_from(self.jobs))
        before = self.store.job(job_id)
        try:
            resubmit_job(ADA, job_id)
        except WrongState:
            assert before.state == "finished"
        except Forbidden:
            assert before.attempt == 5
        else:
            assert self.store.job(job_id).attempt == before.attempt + 1

    @precondition(lambda self: self.running)
    @rule(data=st.data(), ok=st.booleans())
    def inspect(self, data: st.DataObject, ok: bool) -> None:
        """As steps/inspect.py, without a source."""
        job_id = data.draw(st.sampled_from(sorted(self.running)))
        job, attempt = self.store.job(job_id), self.running[job_id]
        if not self.store.move_job(job_id, "processing", attempt=attempt) and (
            job.state != "processing" or job.attempt != attempt
        ):
            return
        self.store.move_input(job.input_id, "processing")
        if ok:
            self.store.move_input(job.input_id, "finished")
            return
        self.store.move_input(job.input_id, "failed", error_class="UnreadableFileError", error_message="No.")
        for output_id in job.output_ids:
            self.store.move_output(output_id, "no_input")
            self.quietly(queue_output_notifications, output_id)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), to=st.sampled_from(["processing", "uploading", "finished", "failed"]))
    def work(self, data: st.DataObject, to: str) -> None:
        job_id = data.draw(st.sampled_from(sorted(self.running)))
        job = self.store.job(job_id)
        if self.store.input(job.input_id).state != "finished":
            return
        output_id = data.draw(st.sampled_from(job.output_ids))
        if to == "failed":
            self.quietly(fail_output, self.store, output_id, OutputError("TranscodingError", "No."))
        elif self.store.move_output(output_id, to) and to == "finished":
            self.quietly(queue_output_notifications, output_id)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), well=st.booleans())
    def end_execution(self, data: st.DataObject, well: bool) -> None:
        """Well: with its last step done, as far as the queue lets it."""
        job_id = data.draw(st.sampled_from(sorted(self.running)))
        attempt = self.running[job_id]
        if well:
            self.quietly(finish, job_id, attempt)
        self.cloud.stop_execution(job_id, attempt)
        self.ended.append((job_id, attempt))

    @precondition(lambda self: self.ended)
    @rule(data=st.data())
    def hear_of_an_end(self, data: st.DataObject) -> None:
        self.quietly(execution_over, *data.draw(st.sampled_from(self.ended)))

    @rule(minutes=st.sampled_from([1, 3]))
    def sweep(self, minutes: int) -> None:
        self.cloud.clock.advance(minutes=minutes)
        sweep()

    @rule(sick=st.booleans())
    def queue_health(self, sick: bool) -> None:
        self.sick = sick

    def quietly(self, call: Any, *arguments: Any) -> None:
        """Steps that meet a passing fault are repeated or given up; here they are given up."""
        with contextlib.suppress(TryAgain):
            call(*arguments)

    @invariant()
    def every_move_was_legal(self) -> None:
        now = self.snapshot() if hasattr(self, "cloud") else {}
        for (kind, record_id), (state, attempt) in now.items():
            was, then = self.seen.get((kind, record_id), (state, attempt))
            if attempt == then and not (kind == "job" and was == state):
                # A resubmit stops what is under way before the next attempt takes it up.
                assert state in reachable(kind, was), (kind, record_id, was, state)
            assert attempt >= then
            assert was != "finished" or kind == "input" or state == "finished", (kind, record_id, state)
        self.seen = now

    @invariant()
    def no_job_runs_twice_at_once(self) -> None:
        if hasattr(self, "cloud"):
            found = sorted(workflow.running())
            assert len({run.job_id for run in found}) == len(found)
            self.running = {run.job_id: run.attempt for run in found}

    def snapshot(self) -> Seen:
        paths = {path_of(cls, each): (kind, each) for kind, cls, each in self.records}
        found = self.store.table.get_many(paths)
        return {paths[path]: (item["state"], int(item.get("attempt", 0))) for path, item in found.items()}

    def teardown(self) -> None:
        if not hasattr(self, "cloud"):
            return
        with self.stack:
            self.sick = False
            for _ in range(4):
                for job_id, attempt in self.running.items():
                    self.cloud.stop_execution(job_id, attempt)
                    execution_over(job_id, attempt)
                self.cloud.clock.advance(minutes=3)
                sweep()
                self.no_job_runs_twice_at_once()
            self.nothing_is_open_and_nobody_untold()
            self.every_move_was_legal()

    def nothing_is_open_and_nobody_untold(self) -> None:
        assert list(self.store.unfinished_jobs()) == []
        for job_id in self.jobs:
            job, outputs = self.store.job(job_id), self.store.outputs(self.store.job(job_id))
            assert job.state in states.TERMINAL_JOB
            assert all(output.state in states.TERMINAL_OUTPUT for output in outputs)
            assert job.state in (states.job_outcome([output.state for output in outputs]), "cancelled")
            events = [f"job-{job.attempt}" if job.attempt else "job"]
            events += [f"output-{each.id}-{each.attempt}" if each.attempt else f"output-{each.id}" for each in outputs]
            told = {event: self.store.announcement(job_id, event) for event in events}
            assert all(known is not None and known.sent for known in told.values()), told


TestLifecycle = pytest.mark.slow(Lifecycle.TestCase)
TestLifecycle.settings = settings(
    max_examples=12,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
    report_multiple_bugs=False,
)
