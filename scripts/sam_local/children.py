"""Other programs: run to their end within a time, or in the background until stopped. Whoever starts them decides."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_TAIL = 3000  # characters of a log that are shown when its program failed
_STOP_SECONDS = 45  # SAM takes three for each container


class Failed(Exception):
    """Something did not work; the message is for whoever ran the command."""


def run(
    command: Sequence[str],
    seconds: float,
    *,
    environment: Mapping[str, str] | None = None,
    stdin: int | None = subprocess.DEVNULL,
    directory: Path | None = None,
) -> str:
    """What a program prints on its standard output. Raises Failed if it fails or takes longer."""
    try:
        done = subprocess.run(
            command,
            stdin=stdin,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
            env=None if environment is None else {**os.environ, **environment},
            cwd=directory,
        )
    except subprocess.TimeoutExpired as late:
        raise Failed(f"`{' '.join(command)}` took longer than {seconds:.0f} s.") from late
    except OSError as problem:
        raise Failed(f"{command[0]} can't be run: {problem.strerror}.") from problem
    if done.returncode:
        said = (done.stdout[-_TAIL // 2 :] + done.stderr[-_TAIL:]).strip()
        raise Failed(f"`{' '.join(command)}` failed with status {done.returncode}:\n{said}")
    return done.stdout


class Child:
    """A program in the background, out of reach of the terminal's Ctrl-C: it is stopped in its turn."""

    def __init__(self, command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
        self.command, self.log = command, log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Raises Failed if the program ends before it is ready, or isn't in time."""
        end = time.monotonic() + seconds
        while not ready():
            if self._process.poll() is not None or time.monotonic() > end:
                why = "is not ready" if self._process.poll() is None else "ended"
                raise Failed(f"`{' '.join(self.command)}` {why}:\n{self.tail()}")
            time.sleep(0.2)

    def tail(self) -> str:
        return self.log.read_text(errors="replace")[-_TAIL:]

    def stop(self) -> None:
        """Ask it to end; after a while, end it and all it started."""
        if self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


@contextmanager
def child(command: Sequence[str], log: Path, environment: Mapping[str, str] | None = None) -> Iterator[Child]:
    """A program that runs for the time of a block."""
    started = Child(command, log, environment)
    try:
        yield started
    finally:
        started.stop()


def free_port() -> int:
    """A port of the loopback interface nobody listens at just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody does."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
