"""The Job document (videosdk-encoder-api 6): rendering only, no storage, no clock. Files are beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from stepcoder.dialects.videosdk.files import Address, file_time, made_files, preset_id, thumbnail_id
from stepcoder.dialects.videosdk.ids import Parts, object_id

if TYPE_CHECKING:
    from stepcoder.records.model import Input, Job, Output

Document = dict[str, Any]

_STATUSES = {"pending": "queued", "waiting": "queued", "processing": "processing", "finished": "completed"}
_FORMATS = {"standard": "mp4", "segmented": "hls", "playlist": "hls"}
_TOO_SMALL = "Every resolution asked for is larger than the source, and nothing is enlarged: no file was made."


def job_id(job: Job) -> str:
    return object_id(Parts("job", job.id), job.created_at)


def status_of(job: Job, outputs: Sequence[Output]) -> str:
    """queued, processing, completed or failed. A job of which nothing was made is no success, whatever became of it."""
    if job.state == "finished" and not any(output.state == "finished" for output in outputs):
        return "failed"
    return _STATUSES.get(job.state, "failed")


def job_document(job: Job, source: Input, outputs: Sequence[Output], address: Address) -> Document:
    """The answer to GET /v1/encoder/jobs/{id}, one element of the list, and what webhooks are told."""
    status = status_of(job, outputs)
    return {
        "id": job_id(job),
        "status": status,
        **_source(job, source),
        "presets": [{"id": preset_id(job, index), **each} for index, each in enumerate(_presets(job, outputs))],
        **_asked(job),
        **_outcome(status, job, source, outputs, address),
        "createdAt": file_time(job.created_at),
        "updatedAt": file_time(job.updated_at),
        **({"startedAt": file_time(job.started_at)} if job.started_at else {}),
        **({"finishedAt": file_time(job.finished_at)} if job.finished_at else {}),
    }


def _source(job: Job, source: Input) -> Document:
    if job.wire.get("video_id"):
        return {"videoId": job.wire["video_id"]}
    # The address may hold a password.
    from stepcoder.dialects.zencoder.urls import without_password

    return {"videoUrl": without_password(job.wire.get("video_url") or source.url)}


def _presets(job: Job, outputs: Sequence[Output]) -> list[Document]:
    """As they were sent; of a job made elsewhere, what would have made as much."""
    if job.wire:
        return list(job.wire["presets"])
    kinds = dict.fromkeys(_FORMATS[output.kind] for output in outputs if output.kind in _FORMATS)
    return [{"format": kind, "resolutions": _sides(outputs, kind)} for kind in kinds]


def _sides(outputs: Sequence[Output], kind: str) -> list[str]:
    facts = [each.facts for each in outputs if _FORMATS.get(each.kind) == kind and each.facts.get("width")]
    return [str(min(each["width"], each["height"])) for each in facts]


def _asked(job: Job) -> Document:
    wire = job.wire
    found: Document = {}
    if wire.get("thumbnails"):
        found["thumbnails"] = [
            {"id": thumbnail_id(job, index), **each} for index, each in enumerate(wire["thumbnails"])
        ]
    if wire.get("webhook_url"):
        found["webhookUrl"] = wire["webhook_url"]
    if wire.get("user_data") is not None:
        found["userData"] = wire["user_data"]
    elif job.pass_through is not None and not wire:
        found["userData"] = {"passThrough": job.pass_through}
    return found


def _outcome(status: str, job: Job, source: Input, outputs: Sequence[Output], address: Address) -> Document:
    if status not in ("completed", "failed"):
        return {}
    found: Document = {"files": [made.document for made in made_files(job, outputs, address)]}
    if status == "failed":
        found["error"] = _error(job, source, outputs)
    warnings = [*_left_out(job, source, outputs), *(job.warnings if not job.wire else ())]
    return {**found, "warnings": warnings} if warnings else found


def _error(job: Job, source: Input, outputs: Sequence[Output]) -> Document:
    if job.state == "cancelled":
        return {"code": "JobCancelled", "message": "The job was cancelled."}
    media: tuple[Input | Output, ...] = (source, *outputs)
    for medium in media:
        if medium.error_class is not None:
            return {"code": medium.error_class, "message": medium.error_message}
    if job.state == "finished":
        return {"code": "SourceTooSmall", "message": _TOO_SMALL}
    return {"code": "UnknownError", "message": "The job failed."}


def _left_out(job: Job, source: Input, outputs: Sequence[Output]) -> Iterator[str]:
    """What was asked for and is not there although nothing failed (4.2)."""
    if not job.wire or job.state != "finished":
        return
    size = f"{source.facts.get('width')}x{source.facts.get('height')}"
    for output, part in zip(outputs, job.wire["parts"], strict=True):
        if output.state == "skipped" and part["resolution"] is not None:
            why = f"it is larger than the source ({size})"
            yield f"presets[{part['preset']}]: {part['resolution']} was left out, as {why}."
    taken = {still.get("label") for output in outputs for still in output.thumbnails}
    for image in job.wire["images"]:
        if image["name"] not in taken:
            what = f"{image['resolution']} {image['format']} ({image['filter']})"
            why = f"the source is smaller ({size}) or ends before its timestamp"
            yield f"thumbnails[{image['thumbnail']}]: {what} was left out, as {why}."
