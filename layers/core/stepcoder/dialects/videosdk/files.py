"""File documents (videosdk-encoder-api 7): uploads, and what jobs made. Rendering only: no storage, no clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stepcoder.dialects.videosdk.ids import Parts, object_id
from stepcoder.dialects.videosdk.keys import PLAYLIST, image_key, video_key
from stepcoder.tars import archive_length, entry_length

if TYPE_CHECKING:
    from stepcoder.records.model import File, Job, Output

Document = dict[str, Any]
Address = Callable[[str], str]  # where a key of our own buckets can be fetched

# By the kind of output. What has none, such as captions, this dialect has no words for.
_TYPES = {"standard": "video", "segmented": "x-tar", "playlist": "x-tar"}
_MP4 = "mov,mp4,m4a,3gp,3g2,mj2"  # as the vendor's probe called the family


@dataclass(frozen=True)
class MadeFile:
    """One file of a job. `key` is where it lies in the output bucket, a folder where it ends in "/"; None if it was
    delivered elsewhere. `position` among the files of its output."""

    output: Output
    position: int
    document: Document
    key: str | None


def file_time(stamp: str) -> str:
    """With milliseconds, as clients know it; the records keep seconds."""
    return stamp.replace("Z", ".000Z")


def uploaded_id(file: File) -> str:
    return object_id(Parts("uploaded", file.id), file.created_at)


def uploaded_file(file: File, address: Address) -> Document:
    """An upload."""
    meta: Document = {"format": file.meta.get("format")}
    if file.type == "video":
        meta |= {"resolution": _resolution(file.meta), "duration": file.meta.get("duration")}
    return {
        "id": uploaded_id(file),
        "type": file.type,
        "meta": meta,
        "jobId": None,
        "filePath": f"files/{file.key.removeprefix('uploads/')}",
        "fileUrl": address(file.key),
        "size": file.size,
        "createdAt": file_time(file.created_at),
        "updatedAt": file_time(file.updated_at),
    }


def invitation(upload_url: str, file: File, form_url: str, fields: Document, expires_at: str) -> Document:
    """The answer to POST /files without a body: our own address, and what it takes to send straight to S3 (8, F1)."""
    direct = {"uploadUrl": form_url, "fields": fields, "fileId": uploaded_id(file), "expiresAt": file_time(expires_at)}
    return {"url": upload_url, **direct}


def made_files(job: Job, outputs: Sequence[Output], address: Address) -> list[MadeFile]:
    """What is there of a job: files first, then playlists, then images (7, rule 6), without what was deleted."""
    found = list(_named(job, outputs, address) if job.wire else _foreign(job, outputs))
    order = {"video": 0, "x-tar": 1, "image": 2}
    return sorted(found, key=lambda made: order[made.document["type"]])


def _named(job: Job, outputs: Sequence[Output], address: Address) -> Iterator[MadeFile]:
    """Of a job made in this dialect."""
    parts = job.wire["parts"]
    for output, part in zip(outputs, parts, strict=True):
        if output.state != "finished" or part["role"] == "rung" or 0 in output.removed:
            continue
        rungs = [
            rung
            for rung, other in zip(outputs, parts, strict=True)
            if (other["role"], other["preset"]) == ("rung", part["preset"]) and rung.state == "finished"
        ]
        yield _playlist(job, output, rungs, part, address) if rungs else _video(job, output, part, address)
    yield from _images(job, outputs, address)


def _video(job: Job, output: Output, part: Document, address: Address) -> MadeFile:
    key = f"{video_key(part['name'])}.mp4"
    extras = {"presetId": preset_id(job, part["preset"]), "resolution": part["resolution"]}
    place = {"filePath": f"files/videos/{part['name']}.mp4", "fileUrl": _address(output, key, address)}
    document = _made(job, output, 0, "video", {**_media(output), **place, "size": _size(output), **extras})
    return MadeFile(output, 0, document, key)


def _playlist(job: Job, output: Output, rungs: Sequence[Output], part: Document, address: Address) -> MadeFile:
    folder = video_key(part["name"])
    largest = max(rungs, key=lambda rung: (rung.facts.get("width") or 0) * (rung.facts.get("height") or 0))
    meta = {**_media(largest)["meta"], "format": "hls"}
    members = {
        "meta": meta,
        "filePath": f"files/videos/{part['name']}",
        "fileUrl": _address(output, f"{folder}/{PLAYLIST}", address),
        "size": archive_length(
            [
                *(rung.variant.get("tar_bytes") or entry_length(_size(rung)) for rung in rungs),
                entry_length(_size(output)),
            ]
        ),
        "presetId": preset_id(job, part["preset"]),
    }
    return MadeFile(output, 0, _made(job, output, 0, "x-tar", members), f"{folder}/")


def _images(job: Job, outputs: Sequence[Output], address: Address) -> Iterator[MadeFile]:
    stills = {still.get("label"): (output, still) for output in outputs for still in output.thumbnails}
    for position, image in enumerate(job.wire["images"], start=1):
        output, still = stills.get(image["name"], (None, None))
        if output is None or still is None or output.state != "finished" or position in output.removed:
            continue
        key = image_key(image["name"], image["format"])
        members = {
            "meta": {
                "format": image["format"],
                "resolution": _resolution(still),
                "filter": image["filter"],
                "timestamp": job.wire["thumbnails"][image["thumbnail"]]["timestamp"],
            },
            "filePath": f"files/images/{image['name']}.{image['format']}",
            "fileUrl": address(key),
            "size": still["file_size_bytes"],
            "thumbnailId": thumbnail_id(job, image["thumbnail"]),
        }
        yield MadeFile(output, position, _made(job, output, position, "image", members), key)


def _foreign(job: Job, outputs: Sequence[Output]) -> Iterator[MadeFile]:
    """Of a job made through Zencoder's API: where its customer wanted it."""
    for output in outputs:
        kind = _TYPES.get(output.kind)
        if output.state != "finished" or kind is None:
            continue
        meta = _media(output)["meta"] if kind == "video" else {**_media(output)["meta"], "format": "hls"}
        members = {"meta": meta, "filePath": _path(output.target), "fileUrl": output.url, "size": _size(output)}
        yield MadeFile(output, 0, _made(job, output, 0, kind, members), None)
        for position, still in enumerate(output.thumbnails, start=1):
            members = {
                "meta": {"format": still.get("format"), "resolution": _resolution(still)},
                "filePath": _path(str(still.get("url")).partition("?")[0]),
                "fileUrl": still.get("url"),
                "size": still.get("file_size_bytes"),
            }
            yield MadeFile(output, position, _made(job, output, position, "image", members), None)


def preset_id(job: Job, index: int) -> str:
    return object_id(Parts("preset", job.id, index), job.created_at)


def thumbnail_id(job: Job, index: int) -> str:
    return object_id(Parts("thumbnail", job.id, index), job.created_at)


def _made(job: Job, output: Output, position: int, kind: str, members: Document) -> Document:
    return {
        "id": object_id(Parts("made", output.id, position), output.created_at),
        "type": kind,
        **members,
        "jobId": object_id(Parts("job", job.id), job.created_at),
        "createdAt": file_time(output.finished_at or output.updated_at),
        "updatedAt": file_time(output.updated_at),
    }


def _media(output: Output) -> Document:
    facts = output.facts
    known = {"mpeg4": _MP4}.get(str(facts.get("format")), facts.get("format"))
    meta: Document = {"format": known}
    if facts.get("width"):
        meta["resolution"] = _resolution(facts)
    if facts.get("duration_in_ms") is not None:
        meta["duration"] = facts["duration_in_ms"] / 1000
    return {"meta": meta}


def _resolution(facts: Document) -> Document:
    return {"width": facts.get("width"), "height": facts.get("height")}


def _size(output: Output) -> int:
    return int(output.facts.get("file_size_bytes") or 0)


def _address(output: Output, key: str, address: Address) -> str:
    """Where it is, or where it went because it could not be delivered there."""
    return output.url if output.fallback.get("upload") else address(key)


def _path(url: str) -> str:
    return url.partition("://")[2].partition("/")[2]
