"""One file of an output before it is delivered: what it is called and how to read it. Where it goes: delivery.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from stepcoder.destinations.sending import pieces_of


@dataclass(frozen=True)
class MadeFile:
    """Its name, size in bytes, content type, and a way to read it, again if need be."""

    name: str
    size: int
    content_type: str
    read: Callable[[], Iterator[bytes]]

    @classmethod
    def of(cls, path: Path, name: str, content_type: str) -> MadeFile:
        """A local file under another name."""
        return cls(name, path.stat().st_size, content_type, lambda: pieces_of(path))
