"""Servers that scripts/test-servers installs: in processes of their own, which can be killed and started again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import pytest

INSTALLED = Path(__file__).resolve().parents[2] / ".cache" / "servers"
_STARTS_WITHIN = 60.0


def need(name: str, program: str) -> str:
    """The path of a program; skips the test where scripts/test-servers did not run, or could not install it."""
    if not (INSTALLED / name / ".made-from").exists():
        pytest.skip(f"{name} is not installed: run scripts/test-servers, which says why where it can't be")
    return str(INSTALLED / name / program)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class InstalledServer:
    """A command that prints a line with `ready_word` once it answers. Use as a context manager."""

    def __init__(
        self,
        command: Sequence[str],
        ready_word: str,
        environment: Mapping[str, str] | None = None,
        *,
        end_with: signal.Signals = signal.SIGKILL,
    ) -> None:
        """`end_with`: what ends it at once without the loss of what it has stored."""
        self._command, self._ready_word, self._end_with = command, ready_word, end_with
        self._environment = {**os.environ, **(environment or {})}
        self._process: subprocess.Popen[str] | None = None

    @property
    def alive(self) -> bool:
        return self._process is not None

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._environment,
            text=True,
            start_new_session=True,
        )
        said: list[str] = []
        ready = threading.Event()
        threading.Thread(target=self._listen, args=(self._process, said, ready), daemon=True).start()
        until = time.monotonic() + _STARTS_WITHIN
        while not ready.wait(0.05):
            if self._process.poll() is not None or time.monotonic() > until:
                self.kill()
                raise RuntimeError(f"{self._command[0]} did not start:\n{''.join(said)[-2000:]}")

    def kill(self) -> None:
        """Gone at once, in the middle of whatever it does."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, self._end_with)
            process.wait(20)

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _listen(self, process: subprocess.Popen[str], said: list[str], ready: threading.Event) -> None:
        """Reads all there is: a full pipe would stop the server."""
        assert process.stdout is not None
        for line in process.stdout:
            if not ready.is_set():
                said.append(line)
            if self._ready_word in line:
                ready.set()
