"""One line of progress: redrawn in place on a terminal, a line every tenth elsewhere. Knows nothing of jobs."""

from __future__ import annotations

import shutil
import sys
import time
from typing import TextIO

WIDTH = 30


class ProgressBar:
    """Percentages 0-100 with a note. A context manager, so that the terminal is left on a fresh line."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        self.live = self.stream.isatty()
        self._shown = -1.0
        self._note = ""
        self._drawn = False
        self._started = time.monotonic()

    def __enter__(self) -> ProgressBar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._drawn and self.live:
            self.stream.write("\n")
            self.stream.flush()

    def show(self, percent: float, note: str) -> None:
        """Draw, if there is anything new; never goes back. Away from a terminal, what `note` says in () is not news."""
        percent = max(min(percent, 100.0), self._shown)
        seconds = time.monotonic() - self._started
        if self.live:
            self.stream.write("\r\x1b[2K" + self._line(percent, note, seconds))
        elif note.partition("(")[0] != self._note.partition("(")[0] or percent >= self._shown + 10:
            self.stream.write(f"{percent:5.1f} %  {note}\n")
        else:
            return
        self._shown, self._note, self._drawn = percent, note, True
        self.stream.flush()

    def _line(self, percent: float, note: str, seconds: float) -> str:
        done = round(percent / 100 * WIDTH)
        line = f"[{'█' * done}{'·' * (WIDTH - done)}] {percent:5.1f} %  {seconds:4.0f} s  {note}"
        return line[: shutil.get_terminal_size().columns - 1]


def describe(progress: object) -> tuple[float, str]:
    """(percent, note) of an answer of GET /jobs/:id/progress (zencoder-api 2.6)."""
    if not isinstance(progress, dict):
        return 0.0, ""
    state = str(progress.get("state", ""))
    if state == "finished":
        return 100.0, "finished"
    percent = progress.get("progress")
    source = progress.get("input")
    if isinstance(source, dict) and source.get("current_event"):
        note = str(source["current_event"]).lower() + " the input"
    else:
        note = ", ".join(_events(progress.get("outputs"))) or state
    return float(percent) if isinstance(percent, (int, float)) else 0.0, note


def _events(outputs: object) -> list[str]:
    found: dict[str, int] = {}
    for output in outputs if isinstance(outputs, list) else []:
        event = str(output.get("current_event") or output.get("state") or "").lower()
        found[event] = found.get(event, 0) + 1
    return [f"{count} {event}" for event, count in found.items() if event]
