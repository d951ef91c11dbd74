"""Verify: probe what was delivered, record its facts, tell the customer, count what was used."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from typing import Any

from stepcoder import runtime
from stepcoder.errors import InputError, OutputError
from stepcoder.media import MediaInfo
from stepcoder.media_facts import facts
from stepcoder.notifications import queue_output_notifications
from stepcoder.plan.model import OutputPlan
from stepcoder.records.model import Output
from stepcoder.records.store import Records, records
from stepcoder.sources import RangedSource
from stepcoder.steps.delivered import DeliveredFiles, Stretch
from stepcoder.steps.failing import fail_output
from stepcoder.steps.storage import Stores, nickname_for
from stepcoder.steps.withdrawal import withdraw
from stepcoder.steps.workspace import Workspace, package_result
from stepcoder.storage import Place
from stepcoder.usage import count_output


def verify_output(job_id: int, output_id: int) -> dict[str, str]:
    """The output is finished if what lies at its destination is what was made; outcome done, failed or stopped."""
    workspace, store = Workspace(job_id), records()
    result = workspace.result(package_result(output_id))
    recorded = store.output(output_id)
    if result is None or recorded.state != "uploading":
        queue_output_notifications(output_id)
        return {"outcome": "stopped"}
    output = workspace.plan().output(output_id)
    try:
        measured = _facts(_read_back(workspace, recorded, output, result), result) if output.has_media else {}
    except OutputError as error:
        withdraw(workspace, output_id)
        fail_output(store, output_id, error)
        return {"outcome": "failed"}
    _finish(store, output_id, measured, result)
    return {"outcome": "done"}


def _finish(store: Records, output_id: int, measured: dict[str, Any], result: dict[str, Any]) -> None:
    if not measured:
        measured = {"file_size_bytes": result["size_bytes"]}
    store.move_output(
        output_id,
        "finished",
        facts=measured,
        thumbnails=result["thumbnails"],
        variant=result["variant"],
        **_fallback(result),
    )
    queue_output_notifications(output_id)
    count_output(output_id)


def _fallback(result: dict[str, Any]) -> dict[str, Any]:
    """Where the output is, and why, if it or its thumbnails could not be delivered to their places."""
    failures = {"thumbnails": result["thumbnail_failure"]} if "thumbnail_failure" in result else {}
    if "backup" not in result:
        return {"fallback": failures}
    return {"fallback": {"upload": result["backup"]["failure"], **failures}, **result["backup"]["place"]}


def _read_back(workspace: Workspace, recorded: Output, output: OutputPlan, result: dict[str, Any]) -> MediaInfo:
    """MediaInfo of the delivered file, or of the first segment, read with the login it was delivered with.

    Raises OutputError when it can't be read back.
    """
    # Loaded here: PyAV is in this step's layer only.
    from stepcoder.probe import probe

    stores = Stores(recorded.account_id, workspace.objects)
    ours = bool(_used(output, result)["temporary"])
    stretches = [Stretch(Place.read(target), offset, length) for target, offset, length in result["probe"]]

    def open_place(place: Place) -> RangedSource:
        source = stores.source(place, None if ours else nickname_for(place, recorded, ()))
        return _by_range(workspace, source)

    file = DeliveredFiles(open_place, stretches)
    try:
        return probe(file, size=file.size)
    except InputError as error:
        runtime.logger().error("delivered file unreadable", output_id=output.output_id, reason=error.message)
        raise OutputError(
            "UploadFailureError", "The delivered file could not be read back from its destination."
        ) from None


def _used(output: OutputPlan, result: dict[str, Any]) -> dict[str, Any]:
    used: dict[str, Any] = result["backup"]["place"] if "backup" in result else output.destination.model_dump()
    return used


def _by_range(workspace: Workspace, delivered: RangedSource) -> RangedSource:
    """The delivered file, or a copy of it where its server sends it only from end to end."""
    if delivered.supports_ranges:
        return delivered
    name = f"read-back/{hashlib.sha256(delivered.url.encode()).hexdigest()[:16]}"
    workspace.objects.upload_stream(workspace.bucket, workspace.key(name), delivered.stream())
    return Stores(None, workspace.objects).source(Place.read(workspace.url(name)), None)


def _facts(media: MediaInfo, result: dict[str, Any]) -> dict[str, Any]:
    """What was probed, with the sizes and times of the whole output where only its first segment was read."""
    measured: dict[str, Any] = dict(facts(media))
    duration, size = Fraction(result["duration"]), int(result["size_bytes"])
    measured["duration_in_ms"] = round(duration * 1000)
    measured["file_size_bytes"] = size
    if "segments" in result and duration:
        total = round(size * 8 / duration / 1000)
        audio = measured.get("audio_bitrate_in_kbps") or 0
        measured["total_bitrate_in_kbps"] = total
        measured["video_bitrate_in_kbps"] = max(0, total - audio) if media.video else None
    return measured
