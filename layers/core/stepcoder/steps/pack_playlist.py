"""A master playlist: one entry per stream, what it doesn't say taken from the output it names (zencoder-api 3.19)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from stepcoder.errors import OutputError
from stepcoder.plan.model import OutputPlan, Plan, StreamEntry
from stepcoder.playlists.hls import Variant, master_playlist
from stepcoder.records.store import records
from stepcoder.steps.delivery import Delivery
from stepcoder.steps.file_set import FileSet, deliver
from stepcoder.steps.made_file import MadeFile
from stepcoder.steps.workspace import Result

_PLAYLIST_TYPE = "application/vnd.apple.mpegurl"


def pack_playlist(plan: Plan, output: OutputPlan, delivery: Delivery) -> Result:
    """Deliver the playlist. Raises OutputError where an output it names was not made."""
    text = master_playlist([_variant(entry) for entry in output.streams]).encode()
    playlist = MadeFile(delivery.name, len(text), _PLAYLIST_TYPE, lambda: iter([text]))
    deliver(FileSet(playlist), [], delivery)
    return {"size_bytes": len(text), "duration": None, "thumbnails": []}


def _variant(entry: StreamEntry) -> Variant:
    made = _made(entry)
    return Variant(
        uri=entry.path,
        bandwidth=entry.bandwidth_kbps * 1000 if entry.bandwidth_kbps else made["peak_bps"],
        average_bandwidth=None if entry.bandwidth_kbps else made.get("average_bps"),
        resolution=_size(entry.resolution or made.get("resolution")),
        codecs=entry.codecs or made.get("codecs"),
        frame_rate=Fraction(made["frame_rate"]) if "frame_rate" in made else None,
    )


def _made(entry: StreamEntry) -> dict[str, Any]:
    if entry.source_output_id is None:
        return {}
    source = records().output(entry.source_output_id)
    # What was packaged may have been withdrawn since: only a finished output is still there.
    if source.state != "finished":
        raise OutputError("InputFileNotFound", f"The stream {entry.path} could not be listed: its output was not made.")
    return source.variant


def _size(written: str | None) -> tuple[int, int] | None:
    if written is None:
        return None
    width, _, height = written.partition("x")
    return int(width), int(height)
