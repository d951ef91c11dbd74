"""A single file: progressive MP4 laid out from the stored pieces, or one transport stream copied from them."""

from __future__ import annotations

import tempfile
from fractions import Fraction
from pathlib import Path

from stepcoder import runtime
from stepcoder.commands.transport_stream import copy_to_stream
from stepcoder.errors import OutputError
from stepcoder.mp4.movie import lay_out
from stepcoder.mp4.segments import muxed_stream
from stepcoder.plan.model import OutputPlan, Plan
from stepcoder.process import run
from stepcoder.steps.delivery import Delivery
from stepcoder.steps.joining import Tracks, join_tracks
from stepcoder.steps.leftovers import PACKAGE_PREFIX
from stepcoder.steps.pack_stills import StillFile, deliver_stills, places, still_files, total_size
from stepcoder.steps.workspace import Result


def pack_file(plan: Plan, output: OutputPlan, delivery: Delivery) -> Result:
    """Deliver the file and its stills; the result says their sizes in bytes and the duration in seconds."""
    tracks = join_tracks(delivery.workspace, plan, output)
    stills = still_files(plan, output, delivery.workspace)
    with tempfile.TemporaryDirectory(prefix=PACKAGE_PREFIX) as scratch:
        if output.container == "ts":
            size, duration = _transport_stream(tracks, stills, delivery, Path(scratch))
        else:
            size, duration = _movie(plan, output, tracks, stills, delivery)
    shown = deliver_stills(stills, delivery)
    return {
        "probe": [[delivery.place.target, 0, size]],
        "size_bytes": size,
        "duration": str(duration),
        **shown,
    }


def _movie(
    plan: Plan, output: OutputPlan, tracks: Tracks, stills: list[StillFile], delivery: Delivery
) -> tuple[int, Fraction]:
    clip = plan.audio_rendition(output.audio).duration if output.audio else None
    movie = lay_out(tracks.video, tracks.audio, audio_duration=clip)
    delivery.announce([delivery.place, *places(stills)], movie.size + total_size(stills))
    content_type = "video/mp4" if tracks.video else "audio/mp4"
    delivery.put(delivery.place, lambda: movie.stream(delivery.workspace.read_range), content_type, movie.size)
    return movie.size, movie.duration


def _transport_stream(
    tracks: Tracks, stills: list[StillFile], delivery: Delivery, scratch: Path
) -> tuple[int, Fraction]:
    path = scratch / "out.ts"
    copy(copy_to_stream(path), tracks, delivery, scratch)
    size = path.stat().st_size
    delivery.announce([delivery.place, *places(stills)], size + total_size(stills))
    delivery.put_file(delivery.place, path, "video/mp2t")
    return size, max(track.end for track in (tracks.video, tracks.audio) if track is not None)


def copy(argv: list[str], tracks: Tracks, delivery: Delivery, scratch: Path) -> None:
    """Stream the joined fragments through ffmpeg, which copies them into another container."""
    stream = muxed_stream(tracks.video, tracks.audio, delivery.workspace.read_range)
    finished = run([runtime.settings().ffmpeg, *argv], stdin=stream, cwd=scratch)
    if finished.returncode != 0:
        runtime.logger().error("stream copy failed", status=finished.returncode, stderr=finished.stderr_tail)
        raise OutputError("SegmentingError", "The encoded parts could not be written as a transport stream.")
