"""Running one program to its end, or killing it with everything it started."""

from __future__ import annotations

import os
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from stepcoder.errors import Cancelled, StepcoderError
from stepcoder.process.pipes import Feeder, Lines, OnLine
from stepcoder.process.progress import Progress, ProgressParser

_LINUX = sys.platform == "linux"
_PATH = "/usr/local/bin:/usr/bin:/bin"
_READ_SIZE = 64 * 1024
_LAUNCHER = Path(__file__).with_name("launcher.py")

OnProgress = Callable[[Progress], bool]


class TookTooLong(StepcoderError):
    """The program was killed because its time was up. The last lines it wrote are in `stderr_tail`."""

    def __init__(self, program: str, seconds: float, stderr_tail: Sequence[str]) -> None:
        super().__init__(f"{program} did not finish within {seconds:g} seconds.")
        self.stderr_tail = list(stderr_tail)


@dataclass(frozen=True)
class Finished:
    """How a program ended. `returncode` is negative when a signal ended it; times are in seconds."""

    returncode: int
    stderr_tail: list[str]
    cpu_seconds: float  # user and system, of the program and those of its children it waited for
    wall: float

    @property
    def ok(self) -> bool:
        return self.returncode == 0


def run(
    argv: Sequence[str],
    *,
    on_progress: OnProgress | None = None,
    timeout: float | None = None,
    cwd: Path | str | None = None,
    stdin: Iterator[bytes] | None = None,
    log: OnLine | None = None,
    on_stderr: OnLine | None = None,
    heartbeat: float = 5.0,
) -> Finished:
    """Run a program in its own process group with an empty environment and wait for it.

    `on_progress` gets what the program writes to stdout in the form of `-progress pipe:1`, and the last state again
    after `heartbeat` seconds of silence; when it returns False everything is killed and Cancelled raised. `timeout` in
    seconds: TookTooLong. An exception from a callback or from `stdin` kills everything, too. `on_stderr` hears every
    line of stderr; `log` gets the last 50 as one text if the program did not succeed.
    """
    run = _Run(argv, cwd, stdin, on_stderr)
    try:
        run.watch(on_progress, timeout, heartbeat)
    except BaseException:
        _report(log, argv, "was stopped", run.tail)
        raise
    finally:
        finished = run.end()
    if not finished.ok:
        _report(log, argv, f"ended with {finished.returncode}", run.tail)
    return finished


def _report(log: OnLine | None, argv: Sequence[str], what: str, tail: Sequence[str]) -> None:
    if log:
        log("\n".join([f"{Path(argv[0]).name} {what}; it said last:", *tail]))


class _Run:
    """One running program. `watch` until it has ended, then `end`, always."""

    def __init__(
        self, argv: Sequence[str], cwd: Path | str | None, stdin: Iterator[bytes] | None, on_stderr: OnLine | None
    ) -> None:
        self._program = Path(argv[0]).name
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            _launched(argv),
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            # The launcher's interpreter may need our environment to start; it gives the program PATH and nothing else.
            env=None if _LINUX else {"PATH": _PATH},
            start_new_session=True,
        )
        self._parser = ProgressParser()
        self._lines = Lines(on_stderr)
        self._feeder = None if stdin is None else Feeder(self._process.stdin, stdin)
        self._latest = Progress()

    @property
    def tail(self) -> list[str]:
        return list(self._lines.tail)

    def watch(self, on_progress: OnProgress | None, timeout: float | None, heartbeat: float) -> None:
        """Read both pipes until the program has ended. Raises TookTooLong, Cancelled, what the callbacks raise."""
        deadline = None if timeout is None else self._started + timeout
        last_report = time.monotonic()
        with selectors.DefaultSelector() as ready:
            for pipe in (self._process.stdout, self._process.stderr):
                assert pipe is not None  # noqa: S101
                os.set_blocking(pipe.fileno(), False)
                ready.register(pipe, selectors.EVENT_READ)
            while ready.get_map() and not (self._has_ended() and not ready.select(0)):
                news = self._read(ready)
                self._raise_feeding_error()
                now = time.monotonic()
                if deadline is not None and now > deadline:
                    raise TookTooLong(self._program, timeout or 0, self.tail)
                if on_progress and (news or now - last_report > heartbeat):
                    last_report = now
                    if not on_progress(self._latest):
                        raise Cancelled
            self._await_exit(deadline, timeout)
        self._raise_feeding_error()

    def _read(self, ready: selectors.BaseSelector) -> bool:
        """Take what the pipes hold, waiting at most 0.2 s; whether there was news of progress."""
        news = False
        for key, _ in ready.select(0.2):
            data = os.read(key.fd, _READ_SIZE)
            if not data:
                ready.unregister(key.fileobj)
            elif key.fileobj is self._process.stderr:
                self._lines.feed(data)
            else:
                progress = self._parser.feed(data)
                if progress:
                    self._latest, news = progress, True
        return news

    def _has_ended(self) -> bool:
        # WNOWAIT leaves the zombie: its process group can't be reused before `end` has killed what is left of it.
        return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _await_exit(self, deadline: float | None, timeout: float | None) -> None:
        """For a program that closed its output and goes on."""
        while not self._has_ended():
            self._raise_feeding_error()
            if deadline is not None and time.monotonic() > deadline:
                raise TookTooLong(self._program, timeout or 0, self.tail)
            time.sleep(0.01)

    def _raise_feeding_error(self) -> None:
        if self._feeder and self._feeder.error:
            raise self._feeder.error

    def end(self) -> Finished:
        """Kill what still runs, collect the program and its times, close the pipes."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(self._process.pid, 0)
        self._process.returncode = os.waitstatus_to_exitcode(status)
        self._lines.close()
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()
        if self._feeder:
            self._feeder.stop()
        return Finished(
            returncode=self._process.returncode,
            stderr_tail=self.tail,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            wall=time.monotonic() - self._started,
        )


def _launched(argv: Sequence[str]) -> list[str]:
    program = shutil.which(argv[0])
    if program is None:
        raise FileNotFoundError(f"no program {argv[0]!r}")
    if not _LINUX:
        return [program, *argv[1:]]
    return [sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid()), _PATH, program, *argv[1:]]
