"""One run of one task: its source on loopback, its scratch directory, its process, its progress and cancel check."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from stepcoder import runtime
from stepcoder.errors import Cancelled, OutputError, TryAgain
from stepcoder.plan.model import Plan, Task
from stepcoder.process import Finished, Progress, run
from stepcoder.range_reader import RangeReader
from stepcoder.records.store import Records
from stepcoder.steps.leftovers import TASK_PREFIX
from stepcoder.steps.opening import open_planned
from stepcoder.steps.workspace import Workspace

# Often enough to stop soon after a cancel; with many workers seldom enough not to crowd one output's record.
LEAST_SECONDS_BETWEEN_TALLIES = 4.0
TALLIES_PER_SECOND = 100


@dataclass
class TaskRun:
    """What a task's kind needs to do its work."""

    plan: Plan
    task: Task
    workspace: Workspace
    records: Records
    reader: RangeReader
    source_url: str
    scratch: Path

    def ffmpeg(self, argv: Sequence[str], on_frame: Callable[[int], int]) -> Finished:
        """Run ffmpeg; `on_frame` turns its frame count into work done (the task's weight when complete).

        Raises Cancelled, InputError (the source failed under it), OutputError TranscodingError (ffmpeg refused),
        TryAgain (ffmpeg was killed). Nothing encoded is no error to ffmpeg: the caller counts the frames.
        """
        pulse = _Pulse(self.records, self.task, self.plan)
        finished = run(
            [runtime.settings().ffmpeg, *argv],
            on_progress=lambda progress: pulse.beat(on_frame(_frames(progress))),
            cwd=self.scratch,
        )
        self._check(finished)
        return finished

    def _check(self, finished: Finished) -> None:
        if self.reader.error is not None:
            raise self.reader.error
        if finished.returncode == 0:
            return
        runtime.logger().warning(
            "ffmpeg failed",
            job_id=self.plan.job_id,
            task_id=self.task.id,
            status=finished.returncode,
            stderr=finished.stderr_tail,
        )
        if finished.returncode < 0:
            raise TryAgain(f"ffmpeg was killed by signal {-finished.returncode}.")
        raise OutputError("TranscodingError", "The source could not be encoded: its video or audio data is damaged.")

    def count(self, done: int) -> None:
        """Report work done; raises Cancelled when none of the task's outputs is being made any more."""
        if not self.records.tally(self.plan.job_id, self.plan.attempt, self.task.id, done, self.task.output_ids):
            raise Cancelled(f"Task {self.task.id} is no longer wanted.")


class _Pulse:
    """Reports progress at most every few seconds; its answer is whether to go on."""

    def __init__(self, records: Records, task: Task, plan: Plan) -> None:
        self._records, self._task, self._plan = records, task, plan
        workers = max(len(wave.tasks) for wave in plan.waves)
        self._interval = max(LEAST_SECONDS_BETWEEN_TALLIES, workers / TALLIES_PER_SECOND)
        self._last = runtime.now()

    def beat(self, done: int) -> bool:
        now = runtime.now()
        if (now - self._last).total_seconds() < self._interval:
            return True
        self._last = now
        try:
            return self._records.tally(
                self._plan.job_id,
                self._plan.attempt,
                self._task.id,
                min(done, self._task.weight),
                self._task.output_ids,
            )
        except TryAgain:
            # Nothing was counted, and the next beat makes it good: no reason to lose an encode.
            return True


def _frames(progress: Progress) -> int:
    return progress.frame or 0


@contextmanager
def task_run(plan: Plan, task: Task, workspace: Workspace, records: Records) -> Iterator[TaskRun]:
    """Open the source behind a loopback reader, make a scratch directory; both are gone afterwards."""
    source = open_planned(plan.source)
    with tempfile.TemporaryDirectory(prefix=TASK_PREFIX) as scratch, RangeReader() as reader:
        yield TaskRun(
            plan, task, workspace, records, reader, reader.serve(source, plan.source.connections), Path(scratch)
        )
