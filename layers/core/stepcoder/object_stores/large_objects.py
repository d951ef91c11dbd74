"""Objects larger than Swift takes in one piece: segments beside them, and a manifest that makes them one (SLO).

Segments are in the same container, below `.segments/`, since whoever may read the one may then read the other, too.
Their names are of one upload alone: what is being replaced stays whole until the new manifest is there.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from stepcoder.errors import StepcoderError
from stepcoder.object_stores.outgoing import Outgoing
from stepcoder.object_stores.swift import SwiftAccount

_DIRECTORY = ".segments/"
_LONGEST_NAME = 100


def put_large(
    account: SwiftAccount, container: str, name: str, body: Outgoing, headers: Mapping[str, str], segment_bytes: int
) -> None:
    """Store a body of any size. Where it fails no segment stays. Raises what SwiftAccount and the body raise."""
    prefix = f"{_DIRECTORY}{name.rpartition('/')[2][:_LONGEST_NAME]}/{uuid.uuid4().hex}/"
    segments: list[dict[str, Any]] = []
    with _removed_on_failure(account, container, segments):
        while not body.ended:
            part, segment = body.part(segment_bytes), f"{prefix}{len(segments) + 1:08d}"
            # Noted before it is sent: an upload whose answer got lost may have succeeded all the same.
            segments.append({"path": f"/{container}/{segment}"})
            segments[-1]["etag"] = account.put(container, segment, part, None, {})
            segments[-1]["size_bytes"] = part.taken
        account.put_manifest(container, name, segments, headers)


def own_segments(account: SwiftAccount, container: str, name: str) -> list[str]:
    """The names of the segments that `put_large` made for an object, none where there is no object or it has others."""
    found = account.head(container, name)
    if found.get("x-static-large-object", "").lower() != "true":
        return []
    within = f"/{container}/"
    paths = [str(segment.get("name", "")) for segment in account.manifest(container, name)]
    return [path.removeprefix(within) for path in paths if path.startswith(within + _DIRECTORY)]


@contextmanager
def _removed_on_failure(account: SwiftAccount, container: str, segments: list[dict[str, Any]]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for segment in segments:
            try:
                account.delete(container, segment["path"].removeprefix(f"/{container}/"))
            except StepcoderError:
                break  # the store is not to be reached: what made the upload fail is what counts
        raise
