"""What the planner is given besides the source: each output's wishes and place, and what a worker can do."""

from __future__ import annotations

from stepcoder import runtime
from stepcoder.plan.asked import storing_of, wishes_of
from stepcoder.plan.model import Bundle, Capacity, Destination, StillPlace, StreamEntry
from stepcoder.plan.planner import OutputWish
from stepcoder.records.model import Job, Output
from stepcoder.records.store import Records
from stepcoder.request.locations import extension_for
from stepcoder.request.model import JobRequest, OutputRequest, StreamRequest, ThumbnailRequest
from stepcoder.request.packaging import media_name, package_format
from stepcoder.states import TERMINAL_OUTPUT
from stepcoder.steps.places import fallbacks_of, still_backup_of, still_directory
from stepcoder.storage import Place


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
        still_places=tuple(_still_place(asked, each, output) for each in asked.thumbnails),
        still_backup=still_backup_of(output, job),
        storing=storing_of(asked),
        bundle=_bundle(asked, output),
        streams=tuple(_entry(stream, ids) for stream in asked.streams),
        caption_url=asked.caption_url,
    )


def _still_place(asked: OutputRequest, stills: ThumbnailRequest, output: Output) -> StillPlace:
    bundled = package_format(asked) is not None and stills.base_url is None
    return StillPlace(base_url=still_directory(stills, output), bundled=bundled)


def _bundle(asked: OutputRequest, output: Output) -> Bundle | None:
    kind = package_format(asked)
    if kind is None:
        return None
    name = media_name(asked, Place.read(output.target).name, extension_for(asked))
    return Bundle(format=kind, name=name)


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
