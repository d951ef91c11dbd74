"""What a measure is, and how measures are shown and written down. Nothing is measured here."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measure:
    """One figure with the most it may be, or with the least where `at_least` is true."""

    name: str
    value: float
    target: float
    unit: str
    at_least: bool = False

    @property
    def met(self) -> bool:
        return self.value >= self.target if self.at_least else self.value <= self.target


def table(measures: Iterable[Measure]) -> str:
    """A line per measure: name, value, target, unit, and whether the target was met."""
    rows = [("measure", "value", "target", "unit", "")]
    rows += [
        (
            each.name,
            f"{each.value:.4g}",
            f"{'≥ ' * each.at_least}{each.target:g}",
            each.unit,
            "ok" if each.met else "MISSED",
        )
        for each in measures
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join(_line(row, widths) for row in rows)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    name, value, target, unit, verdict = row
    cells = (name.ljust(widths[0]), value.rjust(widths[1]), target.rjust(widths[2]), unit.ljust(widths[3]), verdict)
    return "  ".join(cells).rstrip()


def write(measures: Iterable[Measure], path: Path) -> None:
    """JSON {name: {value, target, unit}}; the directory is made when it isn't there."""
    found = {each.name: {"value": each.value, "target": each.target, "unit": each.unit} for each in measures}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
