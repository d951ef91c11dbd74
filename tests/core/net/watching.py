"""Watches what connects while tests run: what knows customers' hosts must not do it by itself, nor a library for it.

What can be read off the code is in tests/architecture; this sees what a library does in the end, against real servers.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import stepcoder

_CORE = Path(stepcoder.__file__).parent
_CUSTOMERS = {"sources", "destinations", "transfers", "object_stores", "notifications", "credentials", "steps", "files"}


def culprit(frame: FrameType | None) -> str | None:
    """The module of ours that a connection is made for, unless the guard or what reaches AWS makes it."""
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(_CORE):
            inside = path.relative_to(_CORE)
            return str(inside) if inside.parts[0] in _CUSTOMERS else None
        if "botocore" in path.parts:
            return None
        frame = frame.f_back
    return None


@contextmanager
def watched() -> Iterator[None]:
    """Fail every connection that goes around the guard, from now on."""
    really = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        found = culprit(sys._getframe(1))
        assert found is None, f"{found} connects to {address} without the guard"
        really(self, address)

    socket.socket.connect = connect  # type: ignore[method-assign]
    try:
        yield
    finally:
        socket.socket.connect = really  # type: ignore[method-assign]
