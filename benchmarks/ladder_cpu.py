"""`ladder_cpu_ratio`: CPU seconds of a whole job over those of the best single ffmpeg command for the same ladder."""

from __future__ import annotations

from benchmarks.report import Measure
from benchmarks.workbench import Workbench


def measure(bench: Workbench) -> list[Measure]:
    """The ratio of CPU seconds; both sides' parts are printed."""
    runs = bench.ladder_runs
    print(f"  plain ffmpeg: {runs.plain.cpu:.1f} CPU s, {runs.plain.wall:.1f} s on the clock")
    print(f"  the job: {sum(runs.service_cpu.values()):.1f} CPU s, {runs.service_wall:.1f} s on the clock, of which")
    for name, seconds in sorted(runs.service_cpu.items(), key=lambda item: -item[1]):
        print(f"    {seconds:8.2f} CPU s  {name}")
    return [Measure("ladder_cpu_ratio", runs.cpu_ratio, 1.05, "ratio")]
