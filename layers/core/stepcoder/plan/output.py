"""One output's decisions: timeline, video and audio rendition, stills. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from stepcoder.errors import OutputError
from stepcoder.media import AudioStream, Frozen, MediaInfo, Rational, VideoStream
from stepcoder.plan.assets import Images
from stepcoder.plan.audio import decide_audio, pieces
from stepcoder.plan.dimensions import SourceTooSmall, Wanted, decide_geometry, picture_of
from stepcoder.plan.frame_rate import output_rate, track_timescale
from stepcoder.plan.geometry import Box, Geometry
from stepcoder.plan.keyframes import decide_keyframes
from stepcoder.plan.model import AudioRendition, Deinterlace, StillPlace, ThumbnailSet, Timeline
from stepcoder.plan.rendition import VideoRendition
from stepcoder.plan.stills import still_times
from stepcoder.plan.storing import Storing
from stepcoder.plan.video import decide_encoder
from stepcoder.plan.watermarks import Laid, lay_watermarks
from stepcoder.plan.wishes import StillsWish, Wishes

DEFAULT_SEGMENT_SECONDS = Fraction(10)
MAX_FRAME_RATE = 300  # reference 1.8


class DecidedStills(Frozen):
    """A thumbnail set before it has an id and a place."""

    label: str | None
    format: Literal["png", "jpg", "webp"]
    filter: Literal["none", "blur"]
    prefix: str
    credentials: str | None
    storing: Storing
    geometries: tuple[Geometry, ...]
    timeline: Timeline
    deinterlace: Deinterlace
    frames: tuple[int, ...]

    def thumbnail_set(self, name: str, output_id: int, place: StillPlace) -> ThumbnailSet:
        return ThumbnailSet(id=name, output_id=output_id, **dict(place), **dict(self))


class Decisions(Frozen):
    """Renditions here are still unnamed (id "")."""

    timeline: Timeline | None
    video: VideoRendition | None
    audio: AudioRendition | None
    segment_frames: int | None = None
    segment_seconds: Rational | None = None
    deinterlace: Deinterlace = None
    seekable: bool = True
    stills: tuple[DecidedStills | None, ...] = ()  # as asked for; None where the source is too small
    left_out: tuple[str, ...] = ()  # sentences about watermarks that are not shown


class _Span(Frozen):
    """The stretch of the source an output shows, in seconds."""

    origin: Rational  # source timestamp
    lead: Rational
    limit: Rational | None  # customer's clip length or test length; None: to the end


def decide(wishes: Wishes, media: MediaInfo, images: Images) -> Decisions:
    """All decisions of one output; OutputError with the reference's class where the source can't give it.

    `images` are the pictures of the watermarks, by their URLs. Raises SourceTooSmall where the output would have to
    grow.
    """
    video = None if wishes.skip_video else media.video
    audio = None if wishes.skip_audio else media.audio
    if video is None and audio is None:
        raise OutputError("NoMediaError", _nothing_left(wishes))
    span = _span(wishes, video, audio)
    timeline = _timeline(wishes, media, video, span) if video else None
    # Source timing can't be trusted after a seek: one task then reads from the start (design 3).
    segment_seconds = wishes.segment_seconds or DEFAULT_SEGMENT_SECONDS if wishes.kind == "segmented" else None
    deinterlace = _deinterlace(wishes, video) if video else None
    rendition, segment_frames, laid = None, None, Laid()
    if video and timeline:
        rendition, segment_frames = _video(wishes, video, timeline, segment_seconds)
        laid = lay_watermarks(wishes.watermarks, rendition.geometry, images, strict=wishes.strict)
        rendition = rendition.model_copy(update={"watermarks": laid.overlays})
    return Decisions(
        timeline=timeline,
        video=rendition,
        audio=_audio(wishes, media, audio, span) if audio else None,
        segment_frames=segment_frames,
        segment_seconds=segment_frames / timeline.frame_rate if segment_frames and timeline else segment_seconds,
        deinterlace=deinterlace,
        seekable=media.seekable,
        stills=_stills(wishes, video, rendition, timeline, deinterlace) if video and rendition and timeline else (),
        left_out=laid.left_out,
    )


def _nothing_left(wishes: Wishes) -> str:
    if wishes.skip_video and wishes.skip_audio:
        return "Both skip_video and skip_audio are set, which leaves nothing to encode."
    if not wishes.skip_video and not wishes.skip_audio:
        return "The source has neither a video nor an audio track."
    kept = "audio" if wishes.skip_video else "video"
    return f"The source has no {kept} track, and the other kind is skipped, which leaves nothing to encode."


def _span(wishes: Wishes, video: VideoStream | None, audio: AudioStream | None) -> _Span:
    streams = [stream for stream in (video, audio) if stream is not None]
    start = min(stream.first_pts for stream in streams)
    lead = wishes.start_clip or Fraction(0)
    length = max(stream.end for stream in streams) - start
    if lead >= length:
        raise OutputError(
            "NoMediaError", f"start_clip is {float(lead):g} s, but the source is only {float(length):.3f} s long."
        )
    limits = [limit for limit in (wishes.clip_length, wishes.test_seconds) if limit is not None]
    limit = min(limits) if limits else None
    return _Span(origin=start + lead, lead=lead, limit=limit if limit is not None and limit < length - lead else None)


def _timeline(wishes: Wishes, media: MediaInfo, video: VideoStream, span: _Span) -> Timeline:
    rate = output_rate(video.frame_rate, wishes.frame_rate, wishes.max_frame_rate)
    if rate > MAX_FRAME_RATE:
        sentence = f"The output would have {float(rate):g} frames per second; {MAX_FRAME_RATE} is the most."
        raise OutputError("InvalidFrameRateError", f"{sentence} Set frame_rate or max_frame_rate.")
    available = round((video.end - span.origin) * rate)
    if available < 1:
        raise OutputError("NoMediaError", "start_clip lies behind the last picture of the source's video track.")
    limit = max(1, round(span.limit * rate)) if span.limit is not None else None
    clipped = limit is not None and limit <= available
    return Timeline(
        frame_rate=rate,
        origin=span.origin,
        lead=span.lead,
        container_start=media.container_start,
        stream=video.index,
        rotate=wishes.rotate,
        frame_count=limit if clipped and limit else available,
        clipped=clipped,
    )


def _deinterlace(wishes: Wishes, video: VideoStream) -> Deinterlace:
    if wishes.deinterlace == "on":
        return "all"  # asked for, because the source doesn't say what it is
    return "flagged" if wishes.deinterlace == "detect" and video.interlaced else None


def _video(
    wishes: Wishes,
    video: VideoStream,
    timeline: Timeline,
    segment_seconds: Fraction | None,
) -> tuple[VideoRendition, int | None]:
    picture, pixel_ratio = picture_of(video, wishes.rotate)
    geometry = decide_geometry(picture, pixel_ratio, wishes.size)
    keyframes, segment_frames = decide_keyframes(wishes.keyframes, timeline.frame_rate, segment_seconds)
    h264, control = decide_encoder(wishes.video, geometry.frame, timeline.frame_rate)
    rendition = VideoRendition(
        id="",
        geometry=geometry,
        h264=h264,
        rate_control=control,
        keyframes=keyframes,
        timescale=track_timescale(timeline.frame_rate),
    )
    return rendition, segment_frames


def _audio(wishes: Wishes, media: MediaInfo, audio: AudioStream, span: _Span) -> AudioRendition:
    decided = decide_audio(wishes.audio, audio)
    length = span.limit if span.limit is not None else max(Fraction(0), audio.end - span.origin)
    return AudioRendition(
        id="",
        bitrate_kbps=decided.bitrate_kbps,
        sample_rate=decided.sample_rate,
        channels=decided.channels,
        origin=span.origin,
        container_start=media.container_start,
        stream=audio.index,
        duration=span.limit,
        pieces=pieces(length, decided.sample_rate) if media.seekable else ((0, None),),
    )


def _stills(
    wishes: Wishes, video: VideoStream, rendition: VideoRendition, timeline: Timeline, deinterlace: Deinterlace
) -> tuple[DecidedStills | None, ...]:
    picture = picture_of(video, wishes.rotate)
    return tuple(
        None if shapes is None else _still_set(wish, shapes, timeline, deinterlace)
        for wish in wishes.stills
        for shapes in [_still_shapes(wish, *picture, rendition)]
    )


def _still_shapes(
    wish: StillsWish, picture: Box, pixel_ratio: Fraction, rendition: VideoRendition
) -> tuple[Geometry, ...] | None:
    """The output's frame, then the still's own size; straight from the source where that is what is measured."""
    if wish.size.short_side is not None:
        try:
            return (decide_geometry(picture, pixel_ratio, wish.size),)
        except SourceTooSmall:
            return None
    frame = rendition.geometry.frame
    own = decide_geometry(Box(width=frame.width, height=frame.height), Fraction(1), wish.size)
    return (rendition.geometry, own) if wish.size != Wanted() else (rendition.geometry,)


def _still_set(
    wish: StillsWish, geometries: tuple[Geometry, ...], timeline: Timeline, deinterlace: Deinterlace
) -> DecidedStills:
    duration = timeline.frame_count / timeline.frame_rate
    times = still_times(
        duration,
        number=wish.number,
        interval=wish.interval,
        times=wish.times,
        at_first_frame=wish.at_first_frame,
    )
    frames = sorted({min(timeline.frame_count - 1, int(time * timeline.frame_rate)) for time in times})
    return DecidedStills(
        label=wish.label,
        format=wish.format,
        filter=wish.filter,
        prefix=wish.prefix,
        credentials=wish.credentials,
        storing=wish.storing,
        geometries=geometries,
        timeline=timeline,
        deinterlace=deinterlace,
        frames=tuple(frames),
    )
