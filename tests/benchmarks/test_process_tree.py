"""CPU time of a process tree."""

from __future__ import annotations

import subprocess
import sys

import pytest

from benchmarks.process_tree import ProcessStat, cpu_seconds, parse_stat, peak_memory, tree

# As in proc(5); the program's name is meant to confuse.
LINE = "42 (a) S (b) 1) S 7 42 42 0 -1 4194304 900 8000 0 3 11 22 33 44 30 10 4 0 1000 1 2 3"

BURN = "import time; end = time.process_time() + 0.3\nwhile time.process_time() < end: pass"
# A parent that burns, has a child burn and waits for it, then says so and stays.
FAMILY = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {BURN!r}])\n{BURN}\nprint('done')\ninput()"


def test_a_name_with_brackets_does_not_shift_the_fields() -> None:
    assert parse_stat(LINE) == ProcessStat(pid=42, parent=7, ticks=11 + 22 + 33 + 44)


def test_everything_below_belongs_to_a_branch_and_nothing_else_does() -> None:
    parents = {1: 0, 10: 1, 11: 10, 12: 11, 20: 1, 99: 0}
    stats = {pid: ProcessStat(pid, parent, 0) for pid, parent in parents.items()}
    assert tree(1, stats) == {1: 1, 10: 10, 11: 10, 12: 10, 20: 20}


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_finished_children_count() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", FAMILY], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        process.stdout.readline()
        assert sum(cpu_seconds(process.pid).values()) >= 0.55
        assert peak_memory(process.pid) > 1_000_000
        process.stdin.close()
