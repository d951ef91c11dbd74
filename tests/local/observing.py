"""How tests see what happened elsewhere: what handlers wrote down, what processes are alive, waiting for either."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def read_notes(notes: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in notes.glob("*.json")]


def wait_for(look: Callable[[], Any], seconds: float = 15) -> Any:
    """What `look` finds, as soon as it finds something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := look():
            return found
        time.sleep(0.05)
    raise AssertionError(f"nothing after {seconds} seconds")


def alive(pid: int) -> bool:
    """Whether a process exists and is not merely waiting to be reaped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1][0] != "Z"
    except OSError:
        return False
