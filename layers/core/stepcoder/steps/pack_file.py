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
from stepcoder.steps.file_set import FileSet, deliver
from stepcoder.steps.joining import Tracks, join_tracks
from stepcoder.steps.leftovers import PACKAGE_PREFIX
from stepcoder.steps.made_file import MadeFile
from stepcoder.steps.pack_stills import deliver_stills, still_files
from stepcoder.steps.workspace import Result


def pack_file(plan: Plan, output: OutputPlan, delivery: Delivery) -> Result:
    """Deliver the file and its stills; the result says their sizes in bytes and the duration in seconds."""
    tracks = join_tracks(delivery.workspace, plan, output)
    stills = still_files(plan, output, delivery.workspace)
    with tempfile.TemporaryDirectory(prefix=PACKAGE_PREFIX) as scratch:
        if output.container == "ts":
            made, duration = _transport_stream(tracks, delivery, Path(scratch))
        else:
            made, duration = _movie(plan, output, tracks, delivery)
        delivered = deliver(FileSet(made), stills, delivery)
    shown = deliver_stills(stills, delivery)
    return {**delivered, "size_bytes": made.size, "duration": str(duration), **shown}


def _movie(plan: Plan, output: OutputPlan, tracks: Tracks, delivery: Delivery) -> tuple[MadeFile, Fraction]:
    clip = plan.audio_rendition(output.audio).duration if output.audio else None
    movie = lay_out(tracks.video, tracks.audio, audio_duration=clip)
    content_type = "video/mp4" if tracks.video else "audio/mp4"
    made = MadeFile(delivery.name, movie.size, content_type, lambda: movie.stream(delivery.workspace.read_range))
    return made, movie.duration


def _transport_stream(tracks: Tracks, delivery: Delivery, scratch: Path) -> tuple[MadeFile, Fraction]:
    path = scratch / "out.ts"
    copy(copy_to_stream(path), tracks, delivery, scratch)
    ends = max(track.end for track in (tracks.video, tracks.audio) if track is not None)
    return MadeFile.of(path, delivery.name, "video/mp2t"), ends


def copy(argv: list[str], tracks: Tracks, delivery: Delivery, scratch: Path) -> None:
    """Stream the joined fragments through ffmpeg, which copies them into another container."""
    stream = muxed_stream(tracks.video, tracks.audio, delivery.workspace.read_range)
    finished = run([runtime.settings().ffmpeg, *argv], stdin=stream, cwd=scratch)
    if finished.returncode != 0:
        runtime.logger().error("stream copy failed", status=finished.returncode, stderr=finished.stderr_tail)
        raise OutputError("SegmentingError", "The encoded parts could not be written as a transport stream.")
