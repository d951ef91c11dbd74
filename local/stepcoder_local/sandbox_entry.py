"""The first code of every sandbox process: ties its life to the service's, then runs the stock Lambda runtime client.

Run as a script by path (`python -P sandbox_entry.py HANDLER NICENESS`), so it imports nothing of this package.
"""

from __future__ import annotations

import http.client
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any


def descendants(pid: int) -> list[int]:
    """Every process below `pid`, also those in sessions of their own. Empty where there is no /proc."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = entry.read_text(errors="replace")
        except OSError:
            continue  # it ended while we looked
        children.setdefault(int(text.rsplit(") ", 1)[1].split()[1]), []).append(int(entry.parent.name))
    found, left = [], [pid]
    while left:
        below = children.get(left.pop(), [])
        found += below
        left += below
    return found


def kill_tree(pid: int) -> None:
    """SIGKILL for a process group's leader, its group and everything it started."""
    # The group last: the caller may be in it.
    for kill, target in [*((os.kill, child) for child in descendants(pid)), (os.killpg, pid)]:
        try:
            kill(target, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue  # already gone


def die_with_parent(lifeline: int) -> None:
    """The service holds the other end of this pipe; however it ends, the read returns and everything here ends too."""
    os.read(lifeline, 1)
    kill_tree(os.getpid())


def hold_lifeline() -> None:
    """Watch the pipe that came as standard input, out of reach of the handler and of what it starts."""
    lifeline = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    threading.Thread(target=die_with_parent, args=(lifeline,), daemon=True).start()


def main(handler: str, niceness: int) -> None:
    """Serve events until killed."""
    hold_lifeline()
    os.nice(niceness)
    from awslambdaric import bootstrap
    from awslambdaric.lambda_runtime_client import LambdaRuntimeClient

    class SharedRuntimeClient(LambdaRuntimeClient):  # type: ignore[misc]
        """All sandboxes share one runtime API; the path in front of the usual one says which sandbox speaks."""

        def call_rapid(
            self, http_method: str, endpoint: str, expected_http_code: int, payload: Any = None, headers: Any = None
        ) -> None:
            from awslambdaric.lambda_runtime_marshaller import to_json

            host, _, sandbox = self.lambda_runtime_address.partition("/")
            connection = http.client.HTTPConnection(host)
            connection.request(http_method, f"/{sandbox}{endpoint}", to_json(payload), headers or {})
            connection.getresponse().read()

    bootstrap.run(handler, SharedRuntimeClient(os.environ["AWS_LAMBDA_RUNTIME_API"]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
