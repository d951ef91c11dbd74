"""`python -m benchmarks [--quick] [NAME…]`: runs the programs, prints a table, writes build/bench.json."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks import api, imports, ladder_cpu, ladder_quality, memory, prediction, report, short_clip
from benchmarks.films import ROOT
from benchmarks.report import Measure
from benchmarks.workbench import FULL, QUICK, Workbench
from stepcoder_local.clips import CREDIT


@dataclass(frozen=True)
class Program:
    """`measures` is what the names of its measures begin with."""

    name: str
    measures: tuple[str, ...]
    run: Callable[[Workbench], list[Measure]]

    def means(self, name: str) -> bool:
        """Whether somebody who says `name` wants this program: by its own name or by one of its measures."""
        return name == self.name or name.startswith(self.measures)


PROGRAMS = (
    Program("imports", ("import_ms", "aws_clients"), imports.measure),
    Program("api", ("api_",), api.measure),
    Program("memory", ("service_peak_rss",), memory.measure),
    Program("short_clip", ("short_clip_overhead",), short_clip.measure),
    Program("ladder_cpu", ("ladder_cpu_ratio",), ladder_cpu.measure),
    Program("prediction", ("predicted_",), prediction.measure),
    Program("ladder_quality", ("ladder_vmaf_delta", "ladder_size_ratio"), ladder_quality.measure),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """0 also where targets are missed; 1 when a program could not measure."""
    options = _parser().parse_args(arguments)
    chosen = chosen_programs(options.names)
    if chosen is None:
        print("Known names:", ", ".join(program.name for program in PROGRAMS), file=sys.stderr)
        return 2
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build, prefix="bench-") as scratch:
        bench = Workbench(QUICK if options.quick else FULL, scratch=Path(scratch))
        measures, failed = _run(chosen, bench)
    print(f"\n{report.table(measures)}\n\nThe film: {CREDIT}")
    report.write(measures, build / ("bench-quick.json" if options.quick else "bench.json"))
    missed = sum(not each.met for each in measures)
    print(f"{len(measures) - missed} targets met, {missed} MISSED." + (f" FAILED: {', '.join(failed)}" * bool(failed)))
    return 1 if failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Stepcoder compared with plain ffmpeg.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="programs or measures to run (all)")
    parser.add_argument("--quick", action="store_true", help="short films: to see that it works, not for figures")
    return parser


def chosen_programs(names: Sequence[str]) -> list[Program] | None:
    """The programs meant, all when nothing is named; None where a name means nothing."""
    if not all(any(program.means(name) for program in PROGRAMS) for name in names):
        return None
    return [program for program in PROGRAMS if not names or any(program.means(name) for name in names)]


def _run(programs: Sequence[Program], bench: Workbench) -> tuple[list[Measure], list[str]]:
    """All measures that could be taken, and the programs that failed."""
    found: list[Measure] = []
    failed = []
    for program in programs:
        print(f"\n{program.name} (load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors)", flush=True)
        try:
            found += program.run(bench)
        except Exception:
            # One measure that can't be taken must not cost the others.
            traceback.print_exc()
            failed.append(program.name)
    return found, failed


if __name__ == "__main__":
    sys.exit(main())
