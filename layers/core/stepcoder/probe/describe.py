"""Turns what the head and the tail of a file told into the streams of a MediaInfo. No reading here."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from stepcoder.errors import InputError
from stepcoder.media import AudioStream, VideoStream
from stepcoder.probe.choose import refuse_size
from stepcoder.probe.head import StreamHead, interlaced
from stepcoder.probe.limits import MAX_FRAME_RATE
from stepcoder.probe.names import codec_name
from stepcoder.probe.rfc6381 import codec_string
from stepcoder.probe.snap import Window, settle
from stepcoder.probe.tail import StreamTail

MAX_INDEX = 400_000  # entries of an index worth looking at: 4 hours at 25 frames a second


@dataclass(frozen=True)
class Rate:
    frames_per_second: Fraction
    constant: bool


def frame_rate(head: StreamHead, tail: StreamTail | None, index: list[int]) -> Rate:
    """The output grid's rate. `index` holds the decoding times of all frames, if the container has such a list.

    Raises InputError for rates no film has.
    """
    stream = head.stream
    tick = Fraction(stream.time_base)
    windows = [Window(times, tick) for times in (head.ascending(), tail.ascending() if tail else (), index)]
    average = windows[-1].rate
    rate, constant = settle(
        [window for window in windows if len(window.times) > 1],
        (stream.average_rate, stream.base_rate, stream.guessed_rate),
        average,
    )
    if rate >= MAX_FRAME_RATE:
        raise InputError(
            "InvalidFrameRateError",
            f"The video has {float(rate):g} frames per second; less than {MAX_FRAME_RATE} are supported.",
        )
    return Rate(rate, constant)


def decoding_times(stream: Any) -> list[int]:
    """Decoding times of all frames from an MP4's index, in ticks; empty if the index isn't there or isn't whole."""
    entries = stream.index_entries
    count = len(entries)
    if not stream.frames or count != stream.frames or count > MAX_INDEX:
        return []
    return sorted(entry.timestamp for entry in entries)


def video_stream(head: StreamHead, rate: Rate, first_pts: Fraction, end: Fraction, kbps: int | None) -> VideoStream:
    """Facts of the film. Raises InputError when its pictures are impossible."""
    stream, first = head.stream, head.frames[0]
    context = stream.codec_context
    refuse_size(first.width, first.height)
    codec = context.codec.canonical_name
    return VideoStream(
        codec=codec_name(codec),
        ffmpeg_codec=codec,
        width=first.width,
        height=first.height,
        frame_rate=rate.frames_per_second,
        constant_frame_rate=rate.constant,
        first_pts=first_pts,
        end=end,
        sample_aspect_ratio=_sample_aspect_ratio(stream),
        rotation=_clockwise(first.rotation),
        interlaced=interlaced(head.frames, context.field_order),
        pixel_format=first.format.name,
        bit_depth=max((component.bits for component in first.format.components), default=8),
        profile=context.profile,
        level=_level(codec, context.level),
        bitrate_kbps=kbps,
        rfc6381=codec_string(codec, context.extradata, context.profile, context.codec_tag),
        index=stream.index,
    )


def audio_stream(head: StreamHead, first_pts: Fraction, end: Fraction, kbps: int | None) -> AudioStream:
    """Facts of the sound."""
    stream = head.stream
    context = stream.codec_context
    frame = head.frames[0] if head.frames else None
    codec = context.codec.canonical_name
    language = stream.language
    return AudioStream(
        codec=codec_name(codec),
        ffmpeg_codec=codec,
        sample_rate=frame.sample_rate if frame else context.sample_rate,
        channels=frame.layout.nb_channels if frame else context.channels,
        first_pts=first_pts,
        end=end,
        bitrate_kbps=kbps,
        rfc6381=codec_string(codec, context.extradata, context.profile, context.codec_tag),
        index=stream.index,
        language=language if language and language != "und" else None,
    )


def audio_kbps(head: StreamHead) -> int | None:
    """What the stream states, else what its first seconds weigh."""
    stated = head.stream.codec_context.bit_rate
    if stated and stated > 0:
        return int(stated / 1000 + 0.5)
    return round(head.size * 8 / head.seconds / 1000) if head.seconds else None


def video_kbps(head: StreamHead, demuxer: str, total: int | None, audio: int | None) -> int | None:
    """What an MP4's index adds up to, else what the sound leaves of the whole: other headers state wishes."""
    stated = head.stream.codec_context.bit_rate
    if stated and stated > 0 and demuxer.startswith("mov"):
        return int(stated / 1000 + 0.5)
    return max(total - (audio or 0), 1) if total else None


def _sample_aspect_ratio(stream: Any) -> Fraction:
    ratio = stream.sample_aspect_ratio
    return Fraction(ratio) if ratio and ratio > 0 else Fraction(1)


def _clockwise(counterclockwise: int) -> int:
    return round(-counterclockwise / 90) * 90 % 360


def _level(codec: str, level: int) -> int | None:
    """Ten times the level's name, of codecs that have such names. HEVC counts in thirtieths (H.265, A.4)."""
    if level <= 0:  # libav: unknown
        return None
    return {"h264": level, "hevc": level // 3}.get(codec)
