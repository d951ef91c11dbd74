"""Sources and wishes as the planner is given them, with plain defaults. No tests here."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from stepcoder.media import AudioStream, MediaInfo, VideoStream
from stepcoder.plan.asked import wishes_of
from stepcoder.plan.assets import Assets, Images
from stepcoder.plan.geometry import Box, Geometry
from stepcoder.plan.keyframes import WantedKeyframes, decide_keyframes
from stepcoder.plan.ladders import Candidate
from stepcoder.plan.model import Capacity, Chunk, Destination, Plan, SourceFile, StillPlace, StreamEntry, Timeline
from stepcoder.plan.planner import OutputWish, plan_job
from stepcoder.plan.rendition import VideoRendition
from stepcoder.plan.video import WantedVideo, decide_encoder
from stepcoder.request.model import JobRequest

CAPACITY = Capacity()
NTSC_30 = Fraction(30000, 1001)
OUT = "s3://bucket/out/"


def video(**changes: Any) -> VideoStream:
    """A minute of 1080p25."""
    facts = {"codec": "h264", "ffmpeg_codec": "h264", "width": 1920, "height": 1080, "frame_rate": Fraction(25)}
    times = {"constant_frame_rate": True, "first_pts": Fraction(0), "end": Fraction(60)}
    return VideoStream(**{**facts, **times, **changes})


def audio(**changes: Any) -> AudioStream:
    """A minute of stereo at 48 kHz."""
    facts = {"codec": "aac", "ffmpeg_codec": "aac", "sample_rate": 48000, "channels": 2, "index": 1}
    return AudioStream(**{**facts, "first_pts": Fraction(0), "end": Fraction(60), **changes})


def media(**changes: Any) -> MediaInfo:
    """A minute of both."""
    whole: dict[str, Any] = {"video": video(), "audio": audio(), **changes}
    streams = [stream for stream in (whole["video"], whole["audio"]) if stream is not None]
    duration = max((s.end for s in streams), default=Fraction(0)) - min((s.first_pts for s in streams), default=0)
    return MediaInfo(**{"format": "mpeg4", "demuxer": "mov", "size_bytes": 1, "duration": duration, **whole})


def plan(
    *outputs: Mapping[str, Any],
    source: MediaInfo | None = None,
    test: bool = False,
    images: Images | None = None,
    streams: Mapping[int, tuple[StreamEntry, ...]] | None = None,
    **capacity: Any,
) -> Plan:
    """The plan for outputs as a customer writes them; their ids are 1, 2, … `streams`: those of playlists."""
    request = JobRequest.from_body({"input": "s3://bucket/in.mov", "outputs": list(outputs)})
    wanted = [
        OutputWish(
            output_id=number,
            label=asked.label,
            wishes=wishes_of(asked, test=test),
            destination=Destination(url=f"{OUT}{number}"),
            streams=(streams or {}).get(number, ()),
            still_places=tuple(StillPlace(base_url=f"{OUT}stills/") for _ in asked.thumbnails),
        )
        for number, asked in enumerate(request.outputs, 1)
    ]
    return plan_job(
        7,
        SourceFile(url="s3://b/k", size_bytes=1),
        source or media(),
        wanted,
        Capacity(**capacity),
        Assets(images or {}),
    )


def timeline(frames: int = 1500, rate: Fraction | int = 25, **changes: Any) -> Timeline:
    return Timeline(**{"frame_rate": Fraction(rate), "origin": Fraction(0), "frame_count": frames, **changes})


def rendition(
    name: str = "v0",
    size: str = "1280x720",
    rate: Fraction | int = 25,
    *,
    geometry: Geometry | None = None,
    keyframes: WantedKeyframes | None = None,
    segment_seconds: Fraction | None = None,
    threads: int = 4,
    **wanted: Any,
) -> VideoRendition:
    """A rendition decided as the planner does it; `wanted` are members of WantedVideo."""
    width, height = (int(side) for side in size.split("x"))
    shape = geometry or Geometry(source=Box(width=1920, height=1080), scale=Box(width=width, height=height))
    h264, control = decide_encoder(WantedVideo(**wanted), shape.frame, Fraction(rate))
    keys, _ = decide_keyframes(keyframes or WantedKeyframes(), Fraction(rate), segment_seconds)
    return VideoRendition(
        id=name,
        geometry=shape,
        h264=h264.model_copy(update={"threads": threads}),
        rate_control=control,
        keyframes=keys,
        timescale=12800 if Fraction(rate) == 25 else Fraction(rate).numerator,
    )


def candidate(name: str = "v0", size: str = "1280x720", *, line: Timeline | None = None, **wanted: Any) -> Candidate:
    line = line or timeline()
    grouping = {key: wanted.pop(key) for key in ("segment_frames", "deinterlace", "seekable") if key in wanted}
    return Candidate(rendition=rendition(name, size, line.frame_rate, **wanted), timeline=line, **grouping)


def spans(chunks: tuple[Chunk, ...]) -> list[tuple[int, int | None]]:
    return [(chunk.start, chunk.end) for chunk in chunks]
