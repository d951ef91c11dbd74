"""What the table's tests share: the scenes, and the count in the summary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.scene import Scene, playing
from tests.local.embedded import PLENTY

TESTS = "tests/conformance/test_rules.py::test_rule["


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """One service for all rules, and a second one with the default rate limits for section 1.7.

    They go when the table is through: what comes after needs the memory.
    """
    data = tmp_path_factory.mktemp("conformance")
    with (
        playing(data / "main", "--rate-limits", PLENTY) as scene,
        playing(data / "strict", "--rate-limits", "") as strict,
    ):
        scene.strict = strict
        scene.begin()
        yield scene
        scene.end()


def pytest_terminal_summary(terminalreporter: Any) -> None:
    counts = {
        outcome: sum(report.nodeid.startswith(TESTS) for report in terminalreporter.stats.get(outcome, ()))
        for outcome in ("passed", "failed", "error")
    }
    if total := sum(counts.values()):
        terminalreporter.write_line(f"conformance: {total} rules, {counts['passed']} passed")
