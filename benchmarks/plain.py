"""Runs a plain command and tells what it cost. What the commands are is ladder.py."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# The service's encoders give way to everything else (stepcoder_local.functions), each in a session of its own, which
# schedulers share out by; who is compared must give way alike, or a busy machine would decide the comparison.
NICENESS = 10


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock, and seconds of CPU (user and system) over all threads."""

    wall: float
    cpu: float


def run(command: Sequence[str], directory: Path) -> Cost:
    """Run to the end in `directory`. Raises CalledProcessError when it fails."""
    started = time.monotonic()
    process = subprocess.Popen(
        ["nice", "-n", str(NICENESS), *command], cwd=directory, stdin=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _, status, usage = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        raise
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return Cost(wall=time.monotonic() - started, cpu=usage.ru_utime + usage.ru_stime)


def mean(*costs: Cost) -> Cost:
    """The arithmetic mean of several runs of one command."""
    return Cost(wall=sum(cost.wall for cost in costs) / len(costs), cpu=sum(cost.cpu for cost in costs) / len(costs))
