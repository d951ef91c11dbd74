"""How measures are shown and written."""

from __future__ import annotations

import json
from pathlib import Path

from benchmarks.report import Measure, table, write

GOOD = Measure("speed", 1.0, 1.0, "ratio")
BAD = Measure("size_of_all", 1.26789, 1.05, "ratio")


def test_a_target_is_met_up_to_and_including_it() -> None:
    assert GOOD.met
    assert not BAD.met


def test_some_targets_are_the_least_a_figure_may_be() -> None:
    assert Measure("jobs", 5.0, 5.0, "1/s", at_least=True).met
    slow = Measure("jobs", 4.9, 5.0, "1/s", at_least=True)
    assert not slow.met
    assert table([slow]).splitlines()[1].split() == ["jobs", "4.9", "≥", "5", "1/s", "MISSED"]


def test_the_table_marks_what_was_missed() -> None:
    head, good, bad = table([GOOD, BAD]).splitlines()
    assert head.split() == ["measure", "value", "target", "unit"]
    assert good.split() == ["speed", "1", "1", "ratio", "ok"]
    assert bad.split() == ["size_of_all", "1.268", "1.05", "ratio", "MISSED"]
    assert good.index("ratio") == bad.index("ratio")


def test_figures_are_written_in_full(tmp_path: Path) -> None:
    path = tmp_path / "build" / "bench.json"
    write([GOOD, BAD], path)
    assert json.loads(path.read_text()) == {
        "speed": {"value": 1.0, "target": 1.0, "unit": "ratio"},
        "size_of_all": {"value": 1.26789, "target": 1.05, "unit": "ratio"},
    }
