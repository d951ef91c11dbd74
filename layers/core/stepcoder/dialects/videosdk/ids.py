"""24-hex ids for records that the table knows by integers, worked out and never stored. Pure.

As the ids VideoSDK's clients know (videosdk-encoder-api 6): four bytes of time, then what tells records apart. Every
record has one, those made through Zencoder's API too, and an id leads to its record by key.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Literal, NamedTuple

Kind = Literal["job", "preset", "thumbnail", "made", "uploaded"]

_KINDS: tuple[Kind, ...] = ("job", "preset", "thumbnail", "made", "uploaded")
_ID = re.compile(r"([0-9a-f]{8})([0-9a-f]{2})([0-9a-f]{10})([0-9a-f]{4})", re.IGNORECASE)


class Parts(NamedTuple):
    """What an id says. `number` is the record's integer id; `position` counts what one record has several of."""

    kind: Kind
    number: int
    position: int = 0


def object_id(parts: Parts, created_at: str) -> str:
    """The id of a record made at `created_at` (as records write it)."""
    seconds = int(datetime.fromisoformat(created_at).timestamp())
    return f"{seconds:08x}{_KINDS.index(parts.kind) + 1:02x}{parts.number:010x}{parts.position:04x}"


def parts_of(text: str) -> Parts | None:
    """What an id says; None for what is none of ours. The time in it is not judged: compare whole ids for that."""
    found = _ID.fullmatch(text)
    if found is None or not 0 < int(found[2], 16) <= len(_KINDS):
        return None
    return Parts(_KINDS[int(found[2], 16) - 1], int(found[3], 16), int(found[4], 16))
