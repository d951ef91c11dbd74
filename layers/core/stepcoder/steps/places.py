"""Where an output's files go, and where instead if they can't be delivered there (zencoder-api 4.4, 5.3)."""

from __future__ import annotations

import hashlib

from stepcoder import runtime
from stepcoder.plan.model import Destination
from stepcoder.records.model import Job, Output
from stepcoder.request.locations import directory, place
from stepcoder.request.model import OutputRequest, ThumbnailRequest
from stepcoder.request.packaging import package_format
from stepcoder.storage import Place


def fallbacks_of(asked: OutputRequest, output: Output, job: Job) -> tuple[Destination, ...]:
    """secondary_url, if there is one, then temporary storage. Nothing in version 1, nothing instead of the latter."""
    if output.temporary or job.api_version == "v1":
        return ()
    secondary = [_secondary(asked.secondary_url, asked.azure_sas)] if asked.secondary_url else []
    backup = Place.read(_temporary_directory(output)).beside(_name(asked, output))
    return (*secondary, Destination(url=backup.target, temporary=True))


def _secondary(url: str, sas: str | None) -> Destination:
    location = place(url, sas)
    return Destination(url=location.target, shown=location.display_url)


def still_directory(asked: ThumbnailRequest, output: Output) -> str:
    """Where a set goes. Without a base_url: temporary storage, beside a temporary output or in its own directory."""
    if asked.base_url is not None:
        return directory(asked.base_url, asked.azure_sas).target
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


def _name(asked: OutputRequest, output: Output) -> str:
    name = Place.read(output.target).name
    if output.kind != "segmented" or package_format(asked) is not None:
        return name
    # Reference 5.3: one link must lead to all of it, so a set of segments lies there as one ZIP.
    return f"{name.rpartition('.')[0] or name}.zip"
