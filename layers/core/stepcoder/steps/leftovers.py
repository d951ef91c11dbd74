"""What a killed run left on the worker's disk. A Lambda sandbox, and its /tmp, can outlive a run that timed out."""

from __future__ import annotations

import shutil
import tempfile
from functools import cache
from pathlib import Path

TASK_PREFIX = "task-"
PACKAGE_PREFIX = "package-"


@cache
def clear_leftovers() -> None:
    """Remove scratch directories of earlier runs, once per process: a run that ends by itself removes its own.

    Only for a process that has its temporary directory to itself and handles one event at a time, as functions do.
    """
    for prefix in (TASK_PREFIX, PACKAGE_PREFIX):
        for path in Path(tempfile.gettempdir()).glob(f"{prefix}*"):
            shutil.rmtree(path, ignore_errors=True)
