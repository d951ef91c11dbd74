"""Reading what `python -X importtime` wrote."""

from __future__ import annotations

from benchmarks.imports import import_ms

REPORT = """import time: self [us] | cumulative | imported package
import time:      1500 |       1500 |   inner
import time:       500 |       2000 | outer
a warning in between
import time:      1000 |       1000 | another
"""


def test_every_module_counts_once() -> None:
    assert import_ms(REPORT) == 3.0
