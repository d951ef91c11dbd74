"""The order of a probe: the steps from bytes to MediaInfo, and what to believe where they disagree."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from stepcoder.errors import InputError
from stepcoder.media import MediaInfo, VideoStream
from stepcoder.probe import describe
from stepcoder.probe.choose import Chosen, choose
from stepcoder.probe.head import Head, StreamHead, read_head
from stepcoder.probe.jumps import refuse_jumps
from stepcoder.probe.limits import MAX_DURATION_SECONDS, WHOLE_FILE_BYTES
from stepcoder.probe.names import EXACT_SEEKING, NEEDS_INDEX, format_name
from stepcoder.probe.opening import NO_MEDIA, opened
from stepcoder.probe.reader import MeteredFile, SeekableFile
from stepcoder.probe.structure import refuse_by_structure
from stepcoder.probe.tail import StreamTail, find_tail, scan

if TYPE_CHECKING:
    from av.container import InputContainer

MICROSECONDS = 1_000_000  # libav's unit for whole files


@dataclass(frozen=True)
class Findings:
    """What reading the file brought to light. Times in seconds."""

    demuxer: str
    first_bytes: bytes
    container_start: Fraction
    expected_end: Fraction | None  # what the headers claim
    audio_tracks: int
    seek_trouble: str | None
    head: Head
    tails: dict[int, StreamTail]


def probe(file: SeekableFile, *, size: int) -> MediaInfo:
    """What the file of `size` bytes contains; it is read by seeking, and left open.

    Raises InputError with one of the reference's classes (zencoder-api 4.8) when it can't be a source, and whatever
    reading the file raises.
    """
    metered = MeteredFile(file, size)
    first_bytes = refuse_by_structure(metered)
    with opened(metered) as container:
        chosen = choose(container)
        trouble = seek_trouble(container, chosen)
        head = read_head(container, chosen, metered)
        findings = Findings(
            demuxer=container.format.name,
            first_bytes=first_bytes,
            container_start=Fraction(container.start_time or 0, MICROSECONDS),
            expected_end=_expected_end(container),
            audio_tracks=len(container.streams.audio),
            seek_trouble=trouble,
            head=head,
            tails=_tails(container, chosen, metered, trouble),
        )
        refuse_jumps(container, chosen.streams[0], metered)
        return _media_info(findings, size)


def seek_trouble(container: InputContainer, chosen: Chosen) -> str | None:
    """Why seeking in this file can't be trusted, as a sentence; None if it can."""
    demuxer = container.format.name
    if demuxer not in EXACT_SEEKING:
        return f"Seeking in files of the kind {demuxer} is not exact."
    if container.duration is None or container.duration <= 0:
        return "The file doesn't say how long it is and has no index."
    if demuxer in NEEDS_INDEX and not _index_reaches_end(container, chosen.streams[0]):
        return "The file has no index."
    return None


def _index_reaches_end(container: InputContainer, stream: Any) -> bool:
    """libav adds what it reads to the index, so that there are a few entries always."""
    entries = stream.index_entries
    if not len(entries) or not container.duration:
        return False
    last = entries[len(entries) - 1].timestamp * Fraction(stream.time_base)
    return bool(last * 2 > Fraction(container.duration, MICROSECONDS))


def _tails(container: InputContainer, chosen: Chosen, file: MeteredFile, trouble: str | None) -> dict[int, StreamTail]:
    if trouble:
        if file.size > WHOLE_FILE_BYTES:
            return {}  # too much to read, and a seek would read it all: what the headers say has to do
        # A second container: the first has read on, and can't be trusted to go back.
        with opened(file) as again:
            return scan(again, choose(again), file)
    tails = {}
    for stream in chosen.streams:
        expected = _stream_end(stream) or _expected_end(container)
        tail = find_tail(container, stream, expected, file) if expected is not None else None
        if tail is not None:
            tails[stream.index] = tail
    return tails


def _expected_end(container: InputContainer) -> Fraction | None:
    if container.duration is None or container.duration <= 0:
        return None
    return Fraction((container.start_time or 0) + container.duration, MICROSECONDS)


def _stream_end(stream: Any) -> Fraction | None:
    if not stream.duration or stream.duration < 0:
        return None
    return Fraction((stream.start_time or 0) + stream.duration) * Fraction(stream.time_base)


def _media_info(findings: Findings, size: int) -> MediaInfo:
    head = findings.head
    picture = _picture_timing(findings, head.video) if head.video and head.video.frames else None
    sound = _sound_timing(findings, head.audio) if head.audio else None
    spans = [span for span in (picture and picture[:2], sound) if span]
    if not spans:
        raise InputError("NoMediaError", NO_MEDIA)
    duration = max(max(end for _, end in spans) - min(start for start, _ in spans), Fraction(0))
    if duration > MAX_DURATION_SECONDS:
        hours = f"{float(duration / 3600):.1f}"
        raise InputError("UnsupportedEncodingError", f"This file lasts {hours} hours; at most 24 are supported.")
    total = round(size * 8 / duration / 1000) if duration else None
    audio_kbps = describe.audio_kbps(head.audio) if head.audio and sound else None
    video: VideoStream | None = None
    if head.video and picture:
        first, end, rate = picture
        kbps = describe.video_kbps(head.video, findings.demuxer, total, audio_kbps)
        video = describe.video_stream(head.video, rate, first, end, kbps)
    return MediaInfo(
        format=format_name(findings.demuxer, findings.first_bytes),
        demuxer=findings.demuxer,
        size_bytes=size,
        duration=duration,
        container_start=findings.container_start,
        seekable=findings.seek_trouble is None,
        seek_trouble=findings.seek_trouble,
        video=video,
        audio=describe.audio_stream(head.audio, *sound, audio_kbps) if head.audio and sound else None,
        audio_track_count=findings.audio_tracks if sound else 0,
        bitrate_kbps=total,
    )


def _picture_timing(findings: Findings, head: StreamHead) -> tuple[Fraction, Fraction, describe.Rate]:
    """First frame and end in seconds, and the frame rate."""
    tail = findings.tails.get(head.stream.index)
    rate = describe.frame_rate(head, tail, describe.decoding_times(head.stream))
    first = head.first_pts or Fraction(0)
    end = tail.video_end(rate.frames_per_second) if tail else findings.expected_end
    # Where neither the tail nor a header helps, at least what was seen is there.
    return first, max(end or first, first + 1 / rate.frames_per_second), rate


def _sound_timing(findings: Findings, head: StreamHead) -> tuple[Fraction, Fraction] | None:
    """First sample and end in seconds; None for a track without any sound in it."""
    tail = findings.tails.get(head.stream.index)
    if not head.frames and not tail:
        return None
    stated = head.stream.start_time
    first = head.first_pts
    if first is None:
        first = stated * Fraction(head.stream.time_base) if stated is not None else Fraction(0)
    end = tail.audio_end() if tail else findings.expected_end
    return first, max(end or first, first)
