"""What the planner is given besides the source: each output's wishes and place, and what a worker can do."""

from __future__ import annotations

from stepcoder import runtime
from stepcoder.plan.asked import wishes_of
from stepcoder.plan.model import Capacity, Destination, StreamEntry
from stepcoder.plan.planner import OutputWish
from stepcoder.records.model import Job, Output
from stepcoder.records.store import Records
from stepcoder.request.model import JobRequest, OutputRequest, StreamRequest
from stepcoder.states import TERMINAL_OUTPUT
from stepcoder.steps.places import fallbacks_of, still_backup_of, still_directory


def wanted_outputs(store: Records, job: Job) -> list[OutputWish]:
    """The job's outputs as asked, with the ids and places they were given when the job was accepted.

    Without those that have ended: an earlier attempt finished them.
    """
    request = JobRequest.model_validate(store.request(job.id))
    outputs = store.outputs(job)
    ids = {
        asked.label.lower(): output.id for asked, output in zip(request.outputs, outputs, strict=True) if asked.label
    }
    return [
        _wish(asked, output, ids, job)
        for asked, output in zip(request.outputs, outputs, strict=True)
        if output.state not in TERMINAL_OUTPUT
    ]


def _wish(asked: OutputRequest, output: Output, ids: dict[str, int], job: Job) -> OutputWish:
    return OutputWish(
        output_id=output.id,
        label=asked.label,
        wishes=wishes_of(asked, test=job.test),
        destination=Destination(url=output.target, temporary=output.temporary),
        fallbacks=fallbacks_of(asked, output, job),
        still_bases=tuple(still_directory(each, output) for each in asked.thumbnails),
        still_backup=still_backup_of(output, job),
        streams=tuple(_entry(stream, ids) for stream in asked.streams),
    )


def _entry(stream: StreamRequest, ids: dict[str, int]) -> StreamEntry:
    size = stream.resolution
    return StreamEntry(
        path=stream.path,
        source_output_id=ids[stream.source.lower()] if stream.source else None,
        bandwidth_kbps=stream.bandwidth,
        resolution=f"{size.width}x{size.height}" if size else None,
        codecs=stream.codecs,
    )


def capacity() -> Capacity:
    """What one worker of this deployment has."""
    return Capacity(vcpus=runtime.settings().worker_vcpus)
