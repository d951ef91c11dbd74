"""CPU time and memory of a process and everything below it, from Linux's /proc. Starts nothing."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# A tree this idle has nothing left to do: pollers and heartbeats stay below it.
_QUIET_SHARE = 0.05
_QUIET_SECONDS = 1.0


@dataclass(frozen=True)
class ProcessStat:
    """One line of /proc/PID/stat. Ticks are of the process itself and of all children that it has waited for."""

    pid: int
    parent: int
    ticks: int


def parse_stat(text: str) -> ProcessStat:
    """Fields as in proc(5); the program's name may hold spaces and brackets, so fields count from the last one."""
    pid, _, rest = text.partition(" ")
    fields = rest.rpartition(") ")[2].split()
    # user, system, and both again for the children waited for: fields 14–17 of proc(5), where the state is field 3.
    return ProcessStat(pid=int(pid), parent=int(fields[1]), ticks=sum(map(int, fields[11:15])))


def tree(root: int, stats: Mapping[int, ProcessStat]) -> dict[int, int]:
    """Each process of the tree with the branch it is on: the child of `root` above it; root is its own branch."""
    children: dict[int, list[int]] = defaultdict(list)
    for stat in stats.values():
        children[stat.parent].append(stat.pid)
    branches, left = {root: root}, [root]
    while left:
        above = left.pop()
        for pid in children[above]:
            branches[pid] = pid if above == root else branches[above]
            left.append(pid)
    return branches


def cpu_seconds(root: int) -> dict[str, float]:
    """User and system seconds of the tree, finished children included, by branch.

    A branch is named by the handler on its command line (`pipeline.encode.handler`); the root is `service`. Exact while
    no process below a branch is just ending: between its end and its parent's wait it is in neither's account.
    """
    stats = _read_all()
    found: dict[str, float] = defaultdict(float)
    for pid, branch in tree(root, stats).items():
        if pid in stats:
            found["service" if branch == root else _handler(branch)] += stats[pid].ticks / _TICKS_PER_SECOND
    return dict(found)


def quiet_cpu_seconds(root: int, limit: float = 20.0) -> dict[str, float]:
    """`cpu_seconds` once the tree has gone idle, or after `limit` seconds."""
    end = time.monotonic() + limit
    before = cpu_seconds(root)
    while time.monotonic() < end:
        time.sleep(_QUIET_SECONDS)
        after = cpu_seconds(root)
        if sum(after.values()) - sum(before.values()) < _QUIET_SHARE * _QUIET_SECONDS:
            return after
        before = after
    return before


def peak_memory(pid: int) -> int:
    """The most bytes the process has had in memory at once (VmHWM)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise LookupError(f"process {pid} has no VmHWM")


def _read_all() -> dict[int, ProcessStat]:
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            stat = parse_stat(path.read_text(errors="replace"))
        except OSError:
            continue  # it ended while we looked
        found[stat.pid] = stat
    return found


def _handler(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return "other"
    return next((word for word in words if word.endswith(".handler")), "other")
