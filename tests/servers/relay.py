"""A relay on loopback that hangs up in the middle of what a real server answers.

with relay(server_port, after=1_000_000, times=2) as port: ...
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress


@contextmanager
def relay(to_port: int, *, after: int, times: int) -> Iterator[int]:
    """Its port. The first `times` connections that bring back more than `after` bytes end there."""
    cuts = threading.Semaphore(times)
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        threading.Thread(target=_accept, args=(door, to_port, after, cuts), daemon=True).start()
        yield door.getsockname()[1]


def _accept(door: socket.socket, to_port: int, after: int, cuts: threading.Semaphore) -> None:
    with suppress(OSError):  # the door was closed
        while True:
            client, _ = door.accept()
            server = socket.create_connection(("127.0.0.1", to_port))
            threading.Thread(target=_pump, args=(client, server, None, cuts), daemon=True).start()
            threading.Thread(target=_pump, args=(server, client, after, cuts), daemon=True).start()


def _pump(source: socket.socket, target: socket.socket, after: int | None, cuts: threading.Semaphore) -> None:
    passed = 0
    with suppress(OSError):
        while data := source.recv(65536):
            passed += len(data)
            if after is not None and passed > after and cuts.acquire(blocking=False):
                break
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
