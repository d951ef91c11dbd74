"""Servers in processes of their own: started, waited for, and stopped by their id."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def running(script: Path, *arguments: str) -> Iterator[str]:
    """Runs a Python script; yields the first line that it prints, which says that it is ready."""
    process = subprocess.Popen(
        [sys.executable, str(script), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout and process.stderr
    try:
        line = process.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"{script.name} did not start:\n{process.stderr.read()[-2000:]}")
        threading.Thread(target=process.stderr.read, daemon=True).start()  # a full pipe would stop the server
        yield line
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def end_with_parent() -> None:
    """For the script: be gone as soon as whoever started it is."""

    def wait() -> None:
        sys.stdin.read()
        os._exit(0)

    threading.Thread(target=wait, daemon=True).start()
