"""The functions and their warm sandboxes: how many run at once, who waits, when idle ones end. Not how one runs."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from .runtime_api import RuntimeApi
from .sandbox import LARGEST_PAYLOAD, Answer, Launch, Sandbox, failure

log = logging.getLogger(__name__)

WAIT_SECONDS = 3600.0  # for a free sandbox; on AWS there would be one at once, so here callers queue rather than fail
IDLE_SECONDS = 300.0
ASYNC_ATTEMPTS = 3
ASYNC_PAUSE_SECONDS = 2.0


class Throttled(Exception):
    """No sandbox became free in time: Lambda's TooManyRequestsException."""


class UnknownFunction(KeyError):
    """No function of that name."""


def function_name(name_or_arn: str) -> str:
    """The name in a name, ARN or partial ARN, with or without a qualifier."""
    return name_or_arn.rpartition(":function:")[2].partition(":")[0]


@dataclass
class Function:
    """One function and its sandboxes, at most `cap` of them."""

    launch: Launch
    runtime: RuntimeApi
    cap: int
    wait_seconds: float = WAIT_SECONDS
    idle: list[Sandbox] = field(default_factory=list)
    busy: set[Sandbox] = field(default_factory=set)
    closed: bool = False
    _change: threading.Condition = field(default_factory=threading.Condition)

    def invoke(self, event: bytes) -> Answer:
        """Run the handler in a warm or new sandbox. Raises Throttled."""
        if len(event) > LARGEST_PAYLOAD:
            return Answer(failure("RequestTooLarge", f"The event exceeds {LARGEST_PAYLOAD} bytes."), "Unhandled")
        sandbox = self._take()
        answer = Answer(b"", dead=True)
        try:
            answer = sandbox.invoke(event)
        finally:
            self._give_back(sandbox, answer.dead)
        if answer.error:
            log.info("%s: %s", self.launch.name, answer.body[:2000].decode("utf-8", "replace"))
        return answer

    def warm(self) -> None:
        """Have one sandbox started before it is needed."""
        with self._change:
            if not self.closed and not self.idle and not self.busy:
                self.idle.append(self._start())

    def _take(self) -> Sandbox:
        end = time.monotonic() + self.wait_seconds
        with self._change:
            while True:
                if self.closed:
                    raise Throttled(f"{self.launch.name} is shutting down.")
                while self.idle:
                    sandbox = self.idle.pop()
                    if sandbox.alive:
                        self.busy.add(sandbox)
                        return sandbox
                    self._end(sandbox)
                if len(self.busy) < self.cap:
                    sandbox = self._start()
                    self.busy.add(sandbox)
                    return sandbox
                if not self._change.wait(max(0.0, end - time.monotonic())):
                    raise Throttled(f"{self.launch.name} is busy.")

    def _start(self) -> Sandbox:
        return Sandbox(self.launch, self.runtime.address, self.runtime.add)

    def _give_back(self, sandbox: Sandbox, dead: bool) -> None:
        with self._change:
            self.busy.discard(sandbox)
            if dead or self.closed or not sandbox.alive:
                self._end(sandbox)
            else:
                self.idle.append(sandbox)
            self._change.notify()

    def _end(self, sandbox: Sandbox) -> None:
        self.runtime.remove(sandbox)
        sandbox.kill()

    def reap(self, idle_seconds: float) -> None:
        """End sandboxes not used for a while."""
        limit = time.monotonic() - idle_seconds
        with self._change:
            while self.idle and self.idle[0].idle_since < limit:
                self._end(self.idle.pop(0))

    def close(self) -> None:
        """End every sandbox, also those at work."""
        with self._change:
            self.closed = True
            for sandbox in [*self.idle, *self.busy]:
                self._end(sandbox)
            self.idle.clear()
            self._change.notify_all()

    def processes(self) -> list[int]:
        """The ids of the living sandbox processes."""
        with self._change:
            return [sandbox.process.pid for sandbox in [*self.idle, *self.busy] if sandbox.alive]


class LambdaPool:
    """All functions of the service."""

    def __init__(self, launches: Mapping[str, Launch], caps: Mapping[str, int], wait_seconds: float = WAIT_SECONDS):
        self.runtime = RuntimeApi()
        self.functions = {
            name: Function(launch, self.runtime, caps[name], wait_seconds) for name, launch in launches.items()
        }
        self._stop = threading.Event()

    def start(self) -> None:
        self.runtime.start()
        threading.Thread(target=self._reap, name="sandbox reaper", daemon=True).start()

    def find(self, name_or_arn: str) -> Function:
        """By name, ARN or partial ARN, with or without a qualifier. Raises UnknownFunction."""
        name = function_name(name_or_arn)
        if name not in self.functions:
            raise UnknownFunction(name)
        return self.functions[name]

    def invoke(self, name: str, event: bytes) -> Answer:
        """RequestResponse. Raises Throttled, UnknownFunction."""
        return self.find(name).invoke(event)

    def invoke_later(self, name: str, event: bytes) -> None:
        """Event: returns at once; a failing handler is called again, as Lambda does. Raises UnknownFunction."""
        function = self.find(name)
        threading.Thread(target=self._attempts, args=(function, event), daemon=True).start()

    def _attempts(self, function: Function, event: bytes) -> None:
        for _ in range(ASYNC_ATTEMPTS):
            try:
                if function.invoke(event).error is None:
                    return
            except Throttled:
                log.warning("%s: asynchronous event waits", function.launch.name)
            if self._stop.wait(ASYNC_PAUSE_SECONDS):
                return
        log.error("%s: asynchronous event given up", function.launch.name)

    def warm(self, names: list[str]) -> None:
        """Start a sandbox for each of these functions, one after the other, in the background."""

        def run() -> None:
            for name in names:
                if not self._stop.is_set() and name in self.functions:
                    self.functions[name].warm()

        threading.Thread(target=run, name="prewarm", daemon=True).start()

    def _reap(self) -> None:
        while not self._stop.wait(IDLE_SECONDS / 5):
            for function in self.functions.values():
                function.reap(IDLE_SECONDS)

    def close(self) -> None:
        self._stop.set()
        for function in self.functions.values():
            function.close()
        self.runtime.stop()
