"""Finds a service that runs on this machine by the file it leaves in its data directory."""

from __future__ import annotations

import json
import os
from dataclasses import fields
from pathlib import Path

from .ready import READY_FILE, Ready


def read(path: Path) -> Ready | None:
    """The content of a ready file; None when there is none or it is not one."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return Ready(**{field.name: found[field.name] for field in fields(Ready)})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def find(data: Path) -> Ready | None:
    """The service of a data directory, if its process is alive."""
    ready = read(data / READY_FILE)
    if ready is None:
        return None
    try:
        os.kill(ready.pid, 0)
    except ProcessLookupError:
        return None
    except PermissionError:
        return ready
    return ready
