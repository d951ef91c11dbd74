"""The Plan: everything decided about a job before any ffmpeg runs. Pure data; how it is decided is the rest of plan/.

A Plan is written once to the work bucket. A task in the state machine is only (job id, task id): the worker loads the
plan and asks it for the task. All times are exact: frames of the output rate, or seconds as Fraction.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from stepcoder.media import Frozen, MediaInfo, Rational
from stepcoder.plan.geometry import Geometry
from stepcoder.plan.rendition import VideoRendition
from stepcoder.plan.storing import Storing


class SourceFile(Frozen):
    """Where workers read the source. `url` is the customer's, or the staged copy in the work bucket (s3://…)."""

    url: str
    size_bytes: int
    account_id: int | None = None  # whose saved credentials may open it; None: the service's own copy
    credentials: str | None = None  # nickname of the saved ones it was asked to be read with
    etag: str | None = None  # a source that changes under us fails the task instead of mixing two films
    connections: int = 5  # how many ranges of it a worker may ask for at once (download_connections); 0 counts as 1


class Timeline(Frozen):
    """How source time becomes the constant output frame grid. Frame k shows source time `origin + k / frame_rate`."""

    frame_rate: Rational
    origin: Rational  # seconds in source timestamps of output frame 0: presentation start + start_clip
    lead: Rational = Fraction(0)  # seconds between presentation start and origin, i.e. start_clip
    container_start: Rational = Fraction(0)  # seconds; see MediaInfo.container_start
    stream: int = 0  # index of the video stream in the source
    rotate: int | None = None  # clockwise degrees, in place of what the source says; None: as the source says
    frame_count: int  # expected frames of the whole output
    clipped: bool = False  # True: frame_count is a limit the customer set; False: the source's own end


class Chunk(Frozen):
    """A stretch of the output grid: frames [start, end). The last chunk of an unclipped timeline is open."""

    index: int
    start: int
    end: int | None


# None: not at all. "flagged": frames that say they are interlaced. "all": every frame, whatever it says.
Deinterlace = Literal["flagged", "all"] | None


class Ladder(Frozen):
    """Renditions made from one decode of each chunk; `renditions` are ids, largest frame first."""

    id: str  # "l0"
    renditions: tuple[str, ...]
    timeline: Timeline
    chunks: tuple[Chunk, ...]
    deinterlace: Deinterlace = None
    analyse: bool = False  # two rounds: first pass of every chunk, then share out the bits, then the second pass


class AudioRendition(Frozen):
    """One encoded audio track, whole or in pieces."""

    id: str  # "a0"
    codec: Literal["aac"] = "aac"
    bitrate_kbps: int
    sample_rate: int  # Hz
    channels: int
    origin: Rational  # seconds in source timestamps of output sample 0 (the video's origin, so A/V sync holds)
    container_start: Rational = Fraction(0)
    stream: int = 0  # index of the audio stream in the source
    duration: Rational | None = None  # seconds; None: to the source's end
    pieces: tuple[tuple[int, int | None], ...] = ((0, None),)  # [start, end) in AAC frames of 1024 samples


class ThumbnailSet(Frozen):
    """Still pictures of one output."""

    id: str  # "t0"
    output_id: int
    label: str | None
    format: Literal["png", "jpg", "webp"]
    filter: Literal["none", "blur"] = "none"
    geometries: tuple[Geometry, ...]  # applied in turn: the output's frame, then the still's own size
    timeline: Timeline
    deinterlace: Deinterlace = None
    frames: tuple[int, ...]  # which frames of the timeline, ascending
    base_url: str  # directory URL ending in "/": s3://bucket/prefix/
    credentials: str | None = None  # nickname of the saved ones to deliver with
    storing: Storing = Storing()
    bundled: bool = False  # in the output's bundle: base_url is of no account
    prefix: str = "frame"


class Destination(Frozen):
    """Where an output goes, as storage.Place writes it. Multi-file outputs put their parts beside that file."""

    url: str
    temporary: bool = False
    shown: str = ""  # how a fallback's place is told to the customer


class StillPlace(Frozen):
    """Where a set of still pictures goes."""

    base_url: str  # directory URL ending in "/": s3://bucket/prefix/
    bundled: bool = False  # in the output's bundle: base_url is of no account


class Bundle(Frozen):
    """All files of an output as one; the destination is then the bundle's."""

    format: Literal["zip", "tar"]
    name: str  # of the media file, or playlist, in it


class StreamEntry(Frozen):
    """One entry of a playlist output's `streams`."""

    path: str
    source_output_id: int | None = None
    bandwidth_kbps: int | None = None
    resolution: str | None = None
    codecs: str | None = None


class OutputPlan(Frozen):
    output_id: int
    kind: Literal["standard", "segmented", "playlist", "captions"]
    container: Literal["mp4", "ts", "fmp4", "m3u8", "webvtt", "dfxp", "scc"]
    destination: Destination
    fallbacks: tuple[Destination, ...] = ()  # in turn, where it can't be delivered to its destination
    still_backup: str | None = None  # directory URL, for sets that can't be delivered to their own
    storing: Storing = Storing()
    bundle: Bundle | None = None
    video: str | None = None  # VideoRendition id
    audio: str | None = None  # AudioRendition id
    thumbnails: tuple[str, ...] = ()
    segment_frames: int | None = None  # segmented with video
    segment_seconds: Rational | None = None  # segmented audio only; exact
    streams: tuple[StreamEntry, ...] = ()
    captions: str | None = None  # name of the file in the workspace

    @property
    def has_media(self) -> bool:
        """Whether there is anything in it to probe."""
        return self.kind in ("standard", "segmented")


class Task(Frozen):
    """One call of the encode function."""

    id: str  # "l0-00017-encode", "l0-00017-analyse", "a0-0002", "t0"
    kind: Literal["video", "audio", "thumbnails"]
    target: str  # ladder, audio rendition or thumbnail set id
    index: int = 0  # chunk or piece
    round: Literal["analyse", "encode"] = "encode"
    weight: int  # what it adds to each of its outputs' work when done (frames; audio and stills: see plan/waves.py)
    output_ids: tuple[int, ...]


class Wave(Frozen):
    """Tasks that may run at once, then the outputs they complete."""

    index: int
    analysis: tuple[Task, ...] = ()
    tasks: tuple[Task, ...] = ()
    output_ids: tuple[int, ...] = ()


class Rejection(Frozen):
    """An output that can't be made from this source, and why (zencoder-api 4.8)."""

    output_id: int
    error_class: str
    message: str


class Plan(Frozen):
    job_id: int
    attempt: int = 0  # the job's attempt it was made for
    source: SourceFile
    media: MediaInfo
    video: tuple[VideoRendition, ...] = ()
    audio: tuple[AudioRendition, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    thumbnails: tuple[ThumbnailSet, ...] = ()
    outputs: tuple[OutputPlan, ...] = ()
    waves: tuple[Wave, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    skipped: tuple[int, ...] = ()  # outputs that would be larger than the source, which nobody asked to enlarge
    warnings: tuple[str, ...] = ()  # sentences about what of the request has no effect on this source

    def task(self, task_id: str) -> Task:
        for wave in self.waves:
            for task in (*wave.analysis, *wave.tasks):
                if task.id == task_id:
                    return task
        raise KeyError(task_id)

    def rendition(self, rendition_id: str) -> VideoRendition:
        return next(rendition for rendition in self.video if rendition.id == rendition_id)

    def audio_rendition(self, rendition_id: str) -> AudioRendition:
        return next(rendition for rendition in self.audio if rendition.id == rendition_id)

    def ladder(self, ladder_id: str) -> Ladder:
        return next(ladder for ladder in self.ladders if ladder.id == ladder_id)

    def ladder_of(self, rendition_id: str) -> Ladder:
        return next(ladder for ladder in self.ladders if rendition_id in ladder.renditions)

    def thumbnail_set(self, set_id: str) -> ThumbnailSet:
        return next(stills for stills in self.thumbnails if stills.id == set_id)

    def output(self, output_id: int) -> OutputPlan:
        return next(output for output in self.outputs if output.output_id == output_id)


class Capacity(Frozen):
    """What a worker has; an input of planning so that planning itself stays pure."""

    vcpus: int = 6
    time_limit_seconds: int = 900
    # A core's speed relative to the one the cost figures were measured on.
    relative_speed: float = 0.6
