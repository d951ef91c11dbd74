"""From the customer's URL to a file that every worker can read in ranges: opened, decrypted, copied, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from stepcoder.plan.model import SourceFile
from stepcoder.records.model import Input
from stepcoder.sources import RangedSource, refuse_non_media
from stepcoder.sources.s3 import S3Source
from stepcoder.steps.fetching import Fetching, check_source, copy_source
from stepcoder.steps.opening import open_input, open_planned
from stepcoder.steps.workspace import Workspace


@dataclass(frozen=True)
class InputWishes:
    """What the job asked about the reading of its input."""

    expected_md5: str | None = None
    connections: int = 5


def wishes_of(request: Mapping[str, Any]) -> InputWishes:
    """From the request as it was stored."""
    return InputWishes(request.get("expected_md5_checksum"), request.get("download_connections", 5))


def readable_source(
    given: Input,
    wishes: InputWishes,
    workspace: Workspace,
    attempt: int,
    on_progress: Callable[[float], bool],
    deadline: float | None,
) -> tuple[SourceFile, RangedSource]:
    """Where workers read the input, and the same opened. `on_progress(percent)` says whether to go on.

    A source stays where it is if ranges of it can be had cheaply; else it is copied into the work bucket. Raises what
    copy_source raises.
    """
    opened = open_input(given)
    refuse_non_media(opened)

    def downloading(done: int) -> bool:
        return on_progress(100 * done / opened.size if opened.size > 0 else 0.0)

    run = Fetching(
        workspace,
        attempt,
        downloading,
        deadline=deadline,
        connections=wishes.connections,
        expected_md5=wishes.expected_md5,
    )
    if _stays(opened, wishes):
        check_source(opened, run)
        return _in_place(opened, given, wishes), opened
    copy = copy_source(opened, run)
    return copy, open_planned(copy)


def _stays(opened: RangedSource, wishes: InputWishes) -> bool:
    # To be checked it has to be read as a whole, once; over the internet that is worth keeping.
    read_twice = wishes.expected_md5 is not None and not isinstance(opened, S3Source)
    return opened.supports_ranges and not opened.costly_ranges and not read_twice


def _in_place(opened: RangedSource, given: Input, wishes: InputWishes) -> SourceFile:
    return SourceFile(
        url=given.url,
        size_bytes=opened.size,
        etag=opened.etag,
        account_id=given.account_id,
        credentials=given.credentials,
        connections=wishes.connections,
    )
