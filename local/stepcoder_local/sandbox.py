"""One sandbox: a process that runs one function's handler, one event at a time. Who gets it is in lambda_pool.py."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from . import sandbox_entry

INIT_SECONDS = 60  # AWS gives 10; a laptop may be starting a dozen at once
LARGEST_PAYLOAD = 6 * 1024 * 1024 + 1024
_ENTRY = Path(sandbox_entry.__file__)


@dataclass(frozen=True)
class Launch:
    """How a function's sandboxes are started. `timeout` in seconds."""

    name: str
    arn: str
    handler: str
    timeout: float
    memory: int
    environment: Mapping[str, str]
    python_path: tuple[Path, ...]
    scratch: Path
    log_file: Path
    niceness: int = 0


@dataclass(frozen=True)
class Answer:
    """What a sandbox said. `error` is Lambda's X-Amz-Function-Error; `dead` that the sandbox can't be used again."""

    body: bytes
    error: str | None = None
    dead: bool = False


@dataclass
class Invocation:
    """An event on its way in."""

    event: bytes
    request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    deadline: float = 0.0


def failure(kind: str, message: str) -> bytes:
    """An error body as Lambda writes its own."""
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()


class Sandbox:
    """Starts at once. `invoke` may be called by one thread at a time."""

    def __init__(self, launch: Launch, runtime_address: str, register: Callable[[Sandbox], None]) -> None:
        self.id = uuid.uuid4().hex
        self.launch = launch
        self.idle_since = time.monotonic()
        self.alive = True
        self._events: queue.Queue[Invocation | None] = queue.Queue()
        self._answers: queue.Queue[Answer] = queue.Queue()
        self._ready = threading.Event()
        self._temporary = launch.scratch / self.id
        self._temporary.mkdir(parents=True)
        register(self)  # before the process can ask for events
        self.process = self._spawn(f"{runtime_address}/{self.id}")
        threading.Thread(target=self._wait, name=f"{launch.name} exit", daemon=True).start()

    def _spawn(self, address: str) -> subprocess.Popen[bytes]:
        argv = [sys.executable, "-P", str(_ENTRY), self.launch.handler, str(self.launch.niceness)]
        with self.launch.log_file.open("ab") as output:
            return subprocess.Popen(
                argv,
                env=self._environment(address),
                cwd=self._temporary,
                stdin=subprocess.PIPE,  # the lifeline: never written to, closed when the service ends
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _environment(self, address: str) -> dict[str, str]:
        launch = self.launch
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "TZ": ":UTC",
            # No home, so that the user's own AWS configuration can't be read.
            "HOME": str(self._temporary),
            "TMPDIR": str(self._temporary),
            "PYTHONPATH": os.pathsep.join(map(str, launch.python_path)),
            "LAMBDA_TASK_ROOT": str(launch.python_path[0]),
            "AWS_LAMBDA_RUNTIME_API": address,
            "AWS_LAMBDA_FUNCTION_NAME": launch.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(launch.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{launch.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": self.id,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
            "_HANDLER": launch.handler,
            **launch.environment,
        }

    def invoke(self, event: bytes) -> Answer:
        """Give the event to the handler; an answer always comes, at the latest after the function's timeout."""
        invocation = Invocation(event)
        self._events.put(invocation)
        answer = self._answer_to(invocation)
        if answer.dead:
            self.kill()
        self.idle_since = time.monotonic()
        return answer

    def _answer_to(self, invocation: Invocation) -> Answer:
        # The timeout does not run while the process starts. `_ready` is also set when it ends.
        if not self._ready.wait(INIT_SECONDS):
            return Answer(failure("Sandbox.Timedout", "Init timed out."), "Unhandled", dead=True)
        try:
            return self._answers.get(timeout=self.launch.timeout)
        except queue.Empty:
            text = f"RequestId: {invocation.request_id} Error: Task timed out after {self.launch.timeout:.2f} seconds"
            return Answer(failure("Sandbox.Timedout", text), "Unhandled", dead=True)

    # Called by the runtime API, in the thread of this sandbox's connection.

    def next(self) -> Invocation | None:
        """Block until there is an event; None when the sandbox is to end."""
        self._ready.set()
        invocation = self._events.get()
        if invocation is not None:
            invocation.deadline = time.time() + self.launch.timeout
        return invocation

    def respond(self, body: bytes) -> bool:
        """The handler's result. False when it is larger than Lambda allows."""
        if len(body) > LARGEST_PAYLOAD:
            text = f"Response payload size exceeded maximum allowed payload size ({LARGEST_PAYLOAD} bytes)."
            self._answers.put(Answer(failure("Function.ResponseSizeTooLarge", text), "Unhandled", dead=True))
            return False
        self._answers.put(Answer(body))
        return True

    def fail(self, body: bytes, starting: bool = False) -> None:
        """The handler raised, or its module could not be loaded."""
        self._answers.put(Answer(body, "Unhandled", dead=starting))
        self._ready.set()

    def _wait(self) -> None:
        code = self.process.wait()
        self.alive = False
        reason = f"signal: {-code}" if code < 0 else f"exit status {code}"
        self._answers.put(
            Answer(failure("Runtime.ExitError", f"Runtime exited with error: {reason}"), "Unhandled", dead=True)
        )
        self._ready.set()
        self._events.put(None)

    def kill(self) -> None:
        """End the process and all it started; its temporary files go with it."""
        sandbox_entry.kill_tree(self.process.pid)
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
        shutil.rmtree(self._temporary, ignore_errors=True)
