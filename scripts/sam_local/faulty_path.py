"""Stands between containers and the embedded cloud, and lets requests for one path fail as told. All else goes through.

For showing what becomes of a worker that meets a cloud in trouble.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Literal

_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
_BLOCK = 1 << 16
_IDLE_SECONDS = 300

Mode = Literal["well", "busy", "silent"]


class FaultyPath:
    """A server on a free port of `host` that passes bytes to and from `target` (host, port). A context manager.

    `mode` is how requests whose line has `path` in it are met: passed on, answered with 503, or never answered.
    """

    def __init__(self, host: str, target: tuple[str, int], path: str) -> None:
        self.mode: Mode = "well"
        self._target, self._path = target, path.encode()
        self._socket = socket.create_server((host, 0))
        self._end = threading.Event()
        self.endpoint = f"http://{host}:{self._socket.getsockname()[1]}"

    def __enter__(self) -> FaultyPath:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._socket.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._socket.close()

    def _accept(self) -> None:
        while not self._end.is_set():
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        client.settimeout(_IDLE_SECONDS)
        with client, contextlib.suppress(OSError), socket.create_connection(self._target, _IDLE_SECONDS) as server:
            threading.Thread(target=_copy, args=(server, client), daemon=True).start()
            # A client waits for its answer before it sends the next request, so a block that begins one is one.
            while block := client.recv(_BLOCK):
                if self._path in block.split(b"\r\n", 1)[0] and self.mode != "well":
                    self._refuse(client)
                    return
                server.sendall(block)

    def _refuse(self, client: socket.socket) -> None:
        if self.mode == "busy":
            client.sendall(_BUSY)
        else:
            self._end.wait(_IDLE_SECONDS)


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while block := source.recv(_BLOCK):
            sink.sendall(block)
        sink.shutdown(socket.SHUT_WR)
