"""What every source can do. No scheme is known here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

UNKNOWN_SIZE = -1


class RangedSource(Protocol):
    """An input that can be read. All methods raise InputError (the source's fault) or TryAgain (ours, passing).

    `url` is redacted, for display and logs. `size` is in bytes; UNKNOWN_SIZE only where `supports_ranges` is False.
    `etag` identifies this version of the file, or is None where the server gives nothing to tell versions apart by.
    `costly_ranges`: every range costs a connection or a chain of round trips, so such a source is better copied once.
    """

    @property
    def url(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def etag(self) -> str | None: ...
    @property
    def content_type(self) -> str | None: ...
    @property
    def supports_ranges(self) -> bool: ...
    @property
    def costly_ranges(self) -> bool: ...

    def read_range(self, offset: int, length: int) -> bytes:
        """Exactly the bytes from `offset`, `length` of them or fewer at the end of the file.

        A source without ranges answers only for its first few kilobytes (enough to sniff) and raises ValueError else.
        """
        ...

    def stream(self, offset: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The bytes from `offset` on, in pieces of at most 1 MiB. Without ranges, only from offset 0."""
        ...
