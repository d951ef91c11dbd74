"""MediaInfo: what a probe found out about a source or a delivered file. Pure data; probing itself is probe.py."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

# Exact rationals travel through JSON as "30000/1001": floats would lose the frame grid.
Rational = Annotated[
    Fraction, BeforeValidator(lambda value: Fraction(value)), PlainSerializer(lambda value: str(value), return_type=str)
]


class Frozen(BaseModel):
    """Immutable value that survives a trip through JSON unchanged."""

    model_config = ConfigDict(frozen=True, arbitrary_types_allowed=True, extra="forbid")


class VideoStream(Frozen):
    """One video stream. Dimensions are coded pixels, before rotation and sample aspect ratio are applied."""

    codec: str  # the reference's vocabulary: h264, hevc, mpeg4, vp9, ... (zencoder-api 2.3)
    ffmpeg_codec: str  # libav's own name, e.g. "mpeg2video"
    width: int
    height: int
    # Constant rate the output grid should use: the average, snapped to a standard rate; where that is none, the typical
    # distance of frames (probe/snap.py).
    frame_rate: Rational
    constant_frame_rate: bool
    first_pts: Rational  # seconds; presentation time of the first *decoded* frame, in source timestamps
    end: Rational  # seconds; presentation end of the last frame (pts + duration), in source timestamps
    sample_aspect_ratio: Rational = Fraction(1)
    rotation: int = 0  # clockwise degrees to turn the coded picture for display: 0, 90, 180, 270
    interlaced: bool = False
    pixel_format: str = "yuv420p"
    bit_depth: int = 8
    profile: str | None = None
    level: int | None = None  # H.264: 31 means 3.1
    bitrate_kbps: int | None = None
    rfc6381: str | None = None
    index: int = 0  # absolute stream index in the container
    still_image: bool = False  # a picture, not a film: PNG, JPEG, cover art


class AudioStream(Frozen):
    codec: str
    ffmpeg_codec: str
    sample_rate: int  # Hz
    channels: int
    first_pts: Rational  # seconds, in source timestamps
    end: Rational  # seconds
    bitrate_kbps: int | None = None
    rfc6381: str | None = None
    index: int = 0
    language: str | None = None


class MediaInfo(Frozen):
    """A whole file."""

    format: str  # the reference's vocabulary: mpeg4, mpeg-ts, webm, matroska, ... (zencoder-api 2.3)
    demuxer: str  # libav's demuxer name, e.g. "mov,mp4,m4a,3gp,3g2,mj2"
    size_bytes: int
    duration: Rational  # seconds, presentation end − presentation start over all streams
    container_start: Rational = Fraction(0)  # seconds; libav's format start_time, which -ss is relative to
    seekable: bool = True  # False where seeking can't be trusted: the planner then makes one chunk
    seek_trouble: str | None = None  # a sentence: why it can't be trusted
    video: VideoStream | None = None
    audio: AudioStream | None = None
    audio_track_count: int = 0
    bitrate_kbps: int | None = None

    @property
    def start(self) -> Fraction:
        """Presentation start in source timestamps: the earliest first frame or sample of any used stream."""
        starts = [stream.first_pts for stream in (self.video, self.audio) if stream is not None]
        return min(starts) if starts else Fraction(0)
