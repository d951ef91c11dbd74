"""Where an output's files go, and where instead if they can't be delivered there (zencoder-api 4.4, 5.3)."""

from __future__ import annotations

import hashlib

from stepcoder import runtime
from stepcoder.plan.model import Destination
from stepcoder.records.model import Job, Output
from stepcoder.request.locations import directory, place
from stepcoder.request.model import OutputRequest, ThumbnailRequest
from stepcoder.storage import Place


def fallbacks_of(asked: OutputRequest, output: Output, job: Job) -> tuple[Destination, ...]:
    """secondary_url, if there is one, then temporary storage. Nothing in version 1, nothing instead of the latter."""
    if output.temporary or job.api_version == "v1":
        return ()
    secondary = [_secondary(asked.secondary_url)] if asked.secondary_url else []
    return (*secondary, Destination(url=f"{_temporary_directory(output)}{_name(output)}", temporary=True))


def _secondary(url: str) -> Destination:
    location = place(url)
    return Destination(url=location.target, shown=location.display_url)


def still_directory(asked: ThumbnailRequest, output: Output) -> str:
    """Where a set goes. Without a base_url: temporary storage, beside a temporary output or in its own directory."""
    if asked.base_url is not None:
        return directory(asked.base_url).target
    if output.temporary:
        return output.target.rpartition("/")[0] + "/"
    return f"s3://{runtime.settings().output_bucket}/o/thumbnails/{output.job_id}-{output.id}/"


def still_backup_of(output: Output, job: Job) -> str | None:
    """The directory for sets that can't be delivered to their own."""
    return None if job.api_version == "v1" else f"{_temporary_directory(output)}thumbnails/"


def _temporary_directory(output: Output) -> str:
    # Worked out, not drawn: a step that is repeated must come to the same place. Nobody reads it without a link.
    token = hashlib.sha256(f"fallback of output {output.id}".encode()).hexdigest()[:32]
    return f"s3://{runtime.settings().output_bucket}/o/{runtime.now():%Y%m%d}/{token}/"


def _name(output: Output) -> str:
    name = Place.read(output.target).name
    # Reference 5.3: one link must lead to all of it, so a set of segments lies there as one ZIP.
    return f"{name.rpartition('.')[0] or name}.zip" if output.kind == "segmented" else name
