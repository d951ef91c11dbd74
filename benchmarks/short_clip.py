"""`short_clip_overhead_seconds`: what a customer waits longer for a short clip than if ffmpeg ran at once."""

from __future__ import annotations

from pathlib import Path
from statistics import median

from benchmarks import plain
from benchmarks.films import FRAME_RATE
from benchmarks.ladder import RUNGS, job_body, plain_options
from benchmarks.report import Measure
from benchmarks.running_service import RunningService
from benchmarks.workbench import Workbench
from stepcoder.plan.cost import threads_for
from stepcoder.plan.geometry import Box
from stepcoder_local.functions import processors

_POLL_SECONDS = 0.05
_RUNG = next(rung for rung in RUNGS if rung.height == 720)


def measure(bench: Workbench) -> list[Measure]:
    """The median job minus the median plain run, in seconds."""
    directory = bench.directory("short-clip")
    command = _plain_command(bench.ffmpeg, bench.short_clip)
    ours, theirs = [], []
    with RunningService(directory) as service:
        source = service.upload(bench.short_clip)
        # The service is warm: this first job starts the sandboxes that the later ones find.
        service.run(job_body(source, service.place("warm-up"), FRAME_RATE, [_RUNG]), _POLL_SECONDS)
        for number in range(bench.lengths.repeats):
            # In turn, so that a machine that gets busier meets both.
            theirs.append(plain.run(command, directory).wall)
            body = job_body(source, service.place(f"clip-{number}"), FRAME_RATE, [_RUNG])
            ours.append(service.run(body, _POLL_SECONDS).wall)
    print("  plain ffmpeg:", ", ".join(f"{wall:.2f} s" for wall in theirs))
    print("  jobs:        ", ", ".join(f"{wall:.2f} s" for wall in ours))
    return [Measure("short_clip_overhead_seconds", median(ours) - median(theirs), 2.0, "s")]


def _plain_command(ffmpeg: str, source: Path) -> list[str]:
    frame = Box(width=_RUNG.width, height=_RUNG.height)
    options = plain_options([_RUNG], FRAME_RATE, [threads_for(frame, [frame], processors())])
    return [ffmpeg, "-v", "error", "-nostdin", "-y", "-i", str(source), *options, "plain.mp4"]
