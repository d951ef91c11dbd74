"""What every destination can do. No scheme is known here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple, Protocol

# Hears the bytes stored so far of one file; False means stop (Cancelled). It never hears a smaller number than before.
OnBytes = Callable[[int], bool]


class Delivered(NamedTuple):
    """One file at its destination: its URL in the destination's own scheme, and its size in bytes."""

    url: str
    size: int


class Destination(Protocol):
    """A directory at a customer's storage. Names are relative to it and may contain `/`.

    All methods raise OutputError (InvalidFilePathError for a bad name, UploadAccessDeniedError and so on) after three
    tries, or Cancelled when `on_bytes` says so.
    """

    def put_stream(
        self,
        name: str,
        body: Iterator[bytes] | Callable[[], Iterator[bytes]],
        content_type: str | None = None,
        on_bytes: OnBytes | None = None,
    ) -> Delivered:
        """Store a stream. A function that begins the stream anew can be tried three times, an iterator only once."""
        ...

    def put_file(
        self, name: str, path: Path | str, content_type: str | None = None, on_bytes: OnBytes | None = None
    ) -> Delivered: ...

    def delete_all(self) -> None:
        """Remove everything that was put, also halfway: nothing of a failed or cancelled output stays behind."""
        ...
