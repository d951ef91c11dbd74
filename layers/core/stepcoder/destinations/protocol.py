"""What every destination can do. No scheme is known here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

# Hears of every n more bytes that one try has sent; raises Cancelled to stop it.
OnBytes = Callable[[int], None]


class Grant(NamedTuple):
    """Who may do what with a file (zencoder-api 3.16): an e-mail address, a canonical user id or a group's URI."""

    permission: str  # READ, READ_ACP, WRITE_ACP or FULL_CONTROL
    grantee: str


@dataclass(frozen=True)
class Sending:
    """How a file is stored beyond its bytes. A destination passes over what its storage has no notion of.

    `size` in bytes, where it is known beforehand. `headers` are the customer's (zencoder-api 3.2), names as written.
    `plain`: none of the rest is wanted, not even the storage's usual access list.
    """

    content_type: str | None = None
    size: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    public: bool = False
    grants: tuple[Grant, ...] = ()
    reduced_redundancy: bool = False
    plain: bool = False


class Destination(Protocol):
    """One server, bucket or container, opened with one login. Safe to use from several threads.

    Paths are as `storage.Place` has them. Directories come into being as files in them do.
    """

    most_uploads: int
    """How many files are sent at once unless the customer says otherwise (zencoder-api 3.2, parallel_upload_limit)."""

    def put(self, path: str, body: Iterator[bytes], sending: Sending, on_bytes: OnBytes) -> int:
        """One try at storing a stream under a path, over whatever is there; returns its size in bytes.

        Raises PassingFault where another try may do, OutputError where none will, and what `body` and `on_bytes` raise.
        Memory is bounded whatever the size. A try that failed leaves nothing that could pass for the whole file.
        """
        ...

    def delete(self, path: str) -> None:
        """Remove a file; one that is already gone is no error. Raises PassingFault and OutputError."""
        ...

    def close(self) -> None:
        """Let go of connections."""
        ...
