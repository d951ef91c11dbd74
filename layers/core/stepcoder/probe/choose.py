"""Which streams of a file count, and whether they are within what can be encoded. Nothing is decoded here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stepcoder.errors import InputError
from stepcoder.probe.limits import MAX_CHANNELS, MAX_PIXELS, MAX_SIDE
from stepcoder.probe.names import UNTIMED
from stepcoder.probe.opening import NO_MEDIA

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream


@dataclass(frozen=True)
class Chosen:
    """The streams a job works from; at least one of them is there."""

    video: VideoStream | None
    audio: AudioStream | None

    @property
    def streams(self) -> list[VideoStream | AudioStream]:
        return [stream for stream in (self.video, self.audio) if stream is not None]


def choose(container: InputContainer) -> Chosen:
    """The best film and sound of the file; cover art, subtitles and data don't count. Raises InputError."""
    if container.format.name in UNTIMED:
        raise InputError(
            "UnsupportedEncodingError",
            "This is a bare video stream without timestamps. Put it into a container such as MP4 or MPEG-TS.",
        )
    video = _best(container, [stream for stream in container.streams.video if not _is_cover(stream)])
    audio = _best(container, list(container.streams.audio))
    if video is None and audio is None:
        raise InputError("NoMediaError", NO_MEDIA)
    for stream, kind in ((video, "video"), (audio, "audio")):
        if stream is not None and stream.codec_context is None:
            raise InputError("UnsupportedCodecError", f"The codec of this file's {kind} track is not supported.")
    if video is not None:
        refuse_size(video.codec_context.width, video.codec_context.height)
    if audio is not None and audio.codec_context.channels > MAX_CHANNELS:
        raise InputError(
            "UnsupportedEncodingError",
            f"The audio track has {audio.codec_context.channels} channels; at most {MAX_CHANNELS} are supported.",
        )
    return Chosen(video, audio)


def refuse_size(width: int, height: int) -> None:
    """Raise InputError for pictures no encoder of ours could take."""
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise InputError("UnsupportedEncodingError", f"The video is {width}x{height} pixels, which is too large.")


def _best(container: InputContainer, candidates: Sequence[Any]) -> Any:
    """libav's choice (default track, most frames) if it is a candidate; else the first."""
    if not candidates:
        return None
    best = container.streams.best(candidates[0].type)
    return next((stream for stream in candidates if best is not None and stream.index == best.index), candidates[0])


def _is_cover(stream: VideoStream) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails))
