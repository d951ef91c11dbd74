"""Segments and their media playlist: fMP4 straight from the stored pieces, or transport streams copied from them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

from stepcoder.commands.transport_stream import copy_to_segments
from stepcoder.errors import OutputError
from stepcoder.mp4.codecs import rfc6381
from stepcoder.mp4.segments import Segment, cut_at_frames, cut_at_times, every, every_seconds, init_segment
from stepcoder.plan.model import OutputPlan, Plan
from stepcoder.playlists.hls import MediaSegment, average_bit_rate, file_uri, media_playlist, peak_bit_rate
from stepcoder.steps.delivery import Delivery
from stepcoder.steps.file_set import FileSet, deliver
from stepcoder.steps.joining import Tracks, join_tracks
from stepcoder.steps.leftovers import PACKAGE_PREFIX
from stepcoder.steps.made_file import MadeFile
from stepcoder.steps.pack_file import copy
from stepcoder.steps.pack_stills import deliver_stills, still_files
from stepcoder.steps.workspace import Result
from stepcoder.tars import entry_length

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
# ffmpeg's segments of sound alone end where its float says; a frame of AAC is far longer than this.
_SOUND_TOLERANCE = Fraction(1, 1000)


def pack_segments(plan: Plan, output: OutputPlan, delivery: Delivery) -> Result:
    """Deliver the segments with the playlist that names them, and the stills."""
    tracks = join_tracks(delivery.workspace, plan, output)
    stills = still_files(plan, output, delivery.workspace)
    segments = list(_cut(output, tracks))
    with tempfile.TemporaryDirectory(prefix=PACKAGE_PREFIX) as scratch:
        if output.container == "fmp4":
            media = _fragmented(tracks, segments, delivery)
        else:
            media = _transport_streams(plan, output, tracks, segments, delivery, Path(scratch))
        init, files = media
        beside = (*([init] if init else []), *files)
        # A segment of fMP4 can't be read without the init segment.
        made = FileSet(_playlist(segments, init, files, delivery), beside, probed=2 if init else 1)
        delivered = deliver(made, stills, delivery)
    shown = deliver_stills(stills, delivery)
    return {
        **delivered,
        "size_bytes": sum(file.size for file in files),
        **_rates(segments, files),
        "segments": len(segments),
        "tar_bytes": sum(entry_length(file.size) for file in (*made.beside, made.main)),
        "duration": str(sum((segment.duration for segment in segments), Fraction(0))),
        "codecs": ",".join(rfc6381(track.track) for track in (tracks.video, tracks.audio) if track is not None),
        **shown,
    }


def _cut(output: OutputPlan, tracks: Tracks) -> Iterator[Segment]:
    if tracks.video is not None and output.segment_frames is not None:
        return cut_at_frames(tracks.video, tracks.audio, every(output.segment_frames, len(tracks.video)))
    if tracks.audio is not None and output.segment_seconds is not None:
        return cut_at_times(tracks.audio, every_seconds(output.segment_seconds, tracks.audio))
    raise OutputError("SegmentingError", "The output has neither video nor audio to cut into segments.")


def _name(delivery: Delivery, index: int, extension: str) -> str:
    """Reference 7.2: beside the playlist, named like it with -00001 before the extension."""
    return f"{delivery.stem}-{index + 1:05d}.{extension}"


_Media = tuple[MadeFile | None, list[MadeFile]]


def _fragmented(tracks: Tracks, segments: Sequence[Segment], delivery: Delivery) -> _Media:
    init = init_segment(tracks.video, tracks.audio)
    read = delivery.workspace.read_range
    files = [
        MadeFile(
            _name(delivery, segment.index, "m4s"),
            segment.length,
            "video/iso.segment",
            lambda segment=segment: segment.stream(read),  # type: ignore[misc]
        )
        for segment in segments
    ]
    return MadeFile(f"{delivery.stem}-init.mp4", len(init), "video/mp4", lambda: iter([init])), files


def _transport_streams(
    plan: Plan, output: OutputPlan, tracks: Tracks, segments: Sequence[Segment], delivery: Delivery, scratch: Path
) -> _Media:
    seconds = output.segment_seconds or Fraction(10)
    frame = 1 / plan.ladder_of(output.video).timeline.frame_rate if output.video else _SOUND_TOLERANCE
    copy(copy_to_segments(scratch / "%05d.ts", scratch / "list.m3u8", seconds, frame), tracks, delivery, scratch)
    paths = sorted(scratch.glob("*.ts"))
    if len(paths) != len(segments):
        raise OutputError("SegmentingError", "The output could not be cut into segments at its keyframes.")
    return None, [MadeFile.of(path, _name(delivery, index, "ts"), "video/mp2t") for index, path in enumerate(paths)]


def _playlist(
    segments: Sequence[Segment], init: MadeFile | None, files: Sequence[MadeFile], delivery: Delivery
) -> MadeFile:
    text = media_playlist(_listed(segments, files), init_uri=file_uri(init.name) if init else None).encode()
    return MadeFile(delivery.name, len(text), PLAYLIST_TYPE, lambda: iter([text]))


def _listed(segments: Sequence[Segment], files: Sequence[MadeFile]) -> list[MediaSegment]:
    return [
        MediaSegment(file_uri(file.name), segment.duration, file.size)
        for file, segment in zip(files, segments, strict=True)
    ]


def _rates(segments: Sequence[Segment], files: Sequence[MadeFile]) -> Result:
    listed = _listed(segments, files)
    return {"peak_bps": peak_bit_rate(listed), "average_bps": average_bit_rate(listed)}
