"""What every file server can do once one is logged in. No protocol is spoken here."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import NamedTuple, Protocol

from stepcoder.transfers.refusals import Refusal, Why

PIECE = 256 * 1024
# Seconds: to connect; of silence; until a whole file that arrived is acknowledged, or moved, which servers with a
# bucket behind them do by copying.
CONNECT_SECONDS = 10.0
SILENCE_SECONDS = 30.0
PATIENT_SECONDS = 300.0


class Facts(NamedTuple):
    """What a server tells of a file; None what it doesn't. `modified` compares, but is in each server's own form."""

    size: int | None
    modified: str | None


class FileServer(Protocol):
    """One connection, for one thread at a time. Paths are as `storage.Place` has them, from the server's root.

    Methods raise NetError and Refusal. After a NetError the connection is of no more use.
    """

    usable: bool
    """False once the connection is of no more use, though nothing was raised."""

    def look(self, path: str) -> Facts:
        """Raises a Refusal for what is not a file, unless the server can't tell before it is read."""
        ...

    def restarts(self) -> bool:
        """Whether reading can begin in the middle of a file."""
        ...

    def size(self, path: str) -> int | None:
        """In bytes; None where the server doesn't say, which may be because there is no such file."""
        ...

    def read(self, path: str, start: int, length: int | None) -> Generator[bytes]:
        """The bytes from `start` on, `length` of them or all up to the end of the file. Raises CutShort for fewer."""
        ...

    def write(self, path: str, body: Iterator[bytes], on_bytes: Callable[[int], None]) -> int:
        """Store a stream, over what is there; returns its size. `body` is first asked when the server is ready."""
        ...

    def replace(self, path: str, new_path: str) -> None:
        """Rename a file, over another that may be there."""
        ...

    def delete(self, path: str) -> None: ...

    def make_directories(self, path: str) -> None:
        """Make a directory and those it lies in, unless they exist."""
        ...

    def alive(self) -> bool:
        """Whether the server still answers; asks it."""
        ...

    def close(self) -> None: ...


def absolute(path: str) -> str:
    """A path from the server's root (zencoder-api 5.1). Raises a Refusal for one that no server could be told.

    A line break would end a command and begin another.
    """
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in path):
        raise Refusal(Why.PATH, "the path has control characters in it")
    try:
        path.encode()
    except UnicodeEncodeError:
        raise Refusal(Why.PATH, "the path is not valid Unicode") from None
    return "/" + path


def address(home: str, default_port: int) -> tuple[str, int]:
    """Host and port of a server written as `host`, `host:port` or `[ipv6]:port`. Raises a Refusal for anything else."""
    host, colon, port = home.rpartition(":")
    if not colon or home.endswith("]"):
        host, port = home, str(default_port)
    if not host or not port.isascii() or not port.isdigit():
        raise Refusal(Why.PATH, "the port is not a number")
    return host.removeprefix("[").removesuffix("]"), int(port)
