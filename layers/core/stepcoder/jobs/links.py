"""Links to files in temporary storage, unreadable without one. Where they lie is request/locations.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.records.model import Output
from stepcoder.storage import Place

# One second less than the day that files in temporary storage are kept (zencoder-api 2.1).
LINK_SECONDS = 86399
# A link dies with the role session that signed it, hours before its day is over. A younger link is shown unchanged:
# clients compare what they were told at first with what they read later.
_FRESH = timedelta(hours=1)


def temporary_link(target: str) -> str:
    """A link that reads `target`, a place in S3 as storage.Place writes it, without credentials for a day."""
    place = Place.read(target)
    return Objects().presign(place.home, place.path, LINK_SECONDS)


def with_fresh_link(output: Output) -> Output:
    """The output with a link that still works, if its file is in temporary storage."""
    if not output.temporary or runtime.now() - datetime.fromisoformat(output.created_at) < _FRESH:
        return output
    return replace(output, url=temporary_link(output.target))
