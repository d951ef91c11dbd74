"""Segments and their media playlist: fMP4 straight from the stored pieces, or transport streams copied from them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

from stepcoder.commands.transport_stream import copy_to_segments
from stepcoder.errors import OutputError
from stepcoder.mp4.codecs import rfc6381
from stepcoder.mp4.segments import Segment, cut_at_frames, cut_at_times, every, every_seconds, init_segment
from stepcoder.plan.model import OutputPlan, Plan
from stepcoder.playlists.hls import MediaSegment, average_bit_rate, file_uri, media_playlist, peak_bit_rate
from stepcoder.steps.delivery import Delivery
from stepcoder.steps.joining import Tracks, join_tracks
from stepcoder.steps.pack_file import copy
from stepcoder.steps.pack_stills import StillFile, deliver_stills, still_files, total_size, urls
from stepcoder.steps.task_run import Result

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
_PARALLEL_UPLOADS = 8
# ffmpeg's segments of sound alone end where its float says; a frame of AAC is far longer than this.
_SOUND_TOLERANCE = Fraction(1, 1000)


def pack_segments(plan: Plan, output: OutputPlan, delivery: Delivery) -> Result:
    """Deliver segments, then the playlist that names them, then the stills."""
    tracks = join_tracks(delivery.workspace, plan, output)
    stills = still_files(plan, output, delivery.workspace)
    segments = list(_cut(output, tracks))
    with tempfile.TemporaryDirectory(prefix="package-") as scratch:
        if output.container == "fmp4":
            files, init = _fragmented(tracks, segments, stills, delivery), _init_name(delivery)
        else:
            paths = _copied(plan, output, tracks, delivery, Path(scratch))
            files, init = _transport_streams(paths, segments, stills, delivery), None
    listed = [MediaSegment(file_uri(name), segment.duration, size) for name, segment, size in files]
    playlist = media_playlist(listed, init_uri=file_uri(init) if init else None)
    # Last: whoever sees the playlist finds every segment in it.
    delivery.put_stream(delivery.url, lambda: iter([playlist.encode()]), PLAYLIST_TYPE)
    deliver_stills(stills, delivery)
    return {
        "init": delivery.beside(init) if init else None,
        "files": [delivery.beside(name) for name, _, _ in files],
        "size_bytes": sum(size for _, _, size in files),
        "duration": str(sum((each.duration for each in listed), Fraction(0))),
        "peak_bps": peak_bit_rate(listed),
        "average_bps": average_bit_rate(listed),
        "codecs": ",".join(rfc6381(track.track) for track in (tracks.video, tracks.audio) if track is not None),
        "thumbnails": [still.report() for still in stills],
    }


# A delivered segment: its file name, what it shows, its size in bytes.
_File = tuple[str, Segment, int]


def _cut(output: OutputPlan, tracks: Tracks) -> Iterator[Segment]:
    if tracks.video is not None and output.segment_frames is not None:
        return cut_at_frames(tracks.video, tracks.audio, every(output.segment_frames, len(tracks.video)))
    if tracks.audio is not None and output.segment_seconds is not None:
        return cut_at_times(tracks.audio, every_seconds(output.segment_seconds, tracks.audio))
    raise OutputError("SegmentingError", "The output has neither video nor audio to cut into segments.")


def _name(delivery: Delivery, segment: Segment, extension: str) -> str:
    """Reference 7.2: beside the playlist, named like it with -00001 before the extension."""
    return f"{delivery.stem}-{segment.index + 1:05d}.{extension}"


def _init_name(delivery: Delivery) -> str:
    return f"{delivery.stem}-init.mp4"


def _fragmented(
    tracks: Tracks, segments: Sequence[Segment], stills: list[StillFile], delivery: Delivery
) -> list[_File]:
    files = [(_name(delivery, segment, "m4s"), segment, segment.length) for segment in segments]
    init_name, init = _init_name(delivery), init_segment(tracks.video, tracks.audio)
    _announce(delivery, [init_name, *(name for name, _, _ in files)], stills, sum(size for _, _, size in files))
    delivery.put_stream(delivery.beside(init_name), lambda: iter([init]), "video/mp4")

    def put(file: _File) -> None:
        name, segment, _ = file
        read = delivery.workspace.read_range
        delivery.put_stream(delivery.beside(name), lambda: segment.stream(read), "video/iso.segment")

    _in_parallel(put, files)
    return files


def _transport_streams(
    paths: Sequence[Path], segments: Sequence[Segment], stills: list[StillFile], delivery: Delivery
) -> list[_File]:
    if len(paths) != len(segments):
        raise OutputError("SegmentingError", "The output could not be cut into segments at its keyframes.")
    files = [
        (_name(delivery, segment, "ts"), segment, path.stat().st_size)
        for segment, path in zip(segments, paths, strict=True)
    ]
    _announce(delivery, [name for name, _, _ in files], stills, sum(size for _, _, size in files))

    def put(file: _File) -> None:
        name, segment, _ = file
        delivery.put_file(delivery.beside(name), paths[segment.index], "video/mp2t")

    _in_parallel(put, files)
    return files


def _announce(delivery: Delivery, names: Sequence[str], stills: list[StillFile], size: int) -> None:
    files = [delivery.url, *(delivery.beside(name) for name in names)]
    delivery.announce([*files, *urls(stills)], size + total_size(stills))


def _in_parallel(put: Callable[[_File], None], files: Sequence[_File]) -> None:
    with ThreadPoolExecutor(_PARALLEL_UPLOADS) as threads:
        for done in [threads.submit(put, file) for file in files]:
            done.result()


def _copied(plan: Plan, output: OutputPlan, tracks: Tracks, delivery: Delivery, scratch: Path) -> list[Path]:
    seconds = output.segment_seconds or Fraction(10)
    frame = 1 / plan.ladder_of(output.video).timeline.frame_rate if output.video else _SOUND_TOLERANCE
    copy(copy_to_segments(scratch / "%05d.ts", scratch / "list.m3u8", seconds, frame), tracks, delivery, scratch)
    return sorted(scratch.glob("*.ts"))
