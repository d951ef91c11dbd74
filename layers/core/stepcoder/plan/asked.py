"""From the request's settings, precedence settled, to the planner's wishes: no decisions. Pure."""

from __future__ import annotations

from fractions import Fraction

from stepcoder.plan.audio import WantedAudio
from stepcoder.plan.dimensions import Wanted
from stepcoder.plan.keyframes import WantedKeyframes
from stepcoder.plan.storing import Access, Storing
from stepcoder.plan.video import WantedVideo
from stepcoder.plan.wishes import StillsWish, WatermarkWish, Wishes
from stepcoder.request.model import OutputRequest, ThumbnailRequest, WatermarkRequest
from stepcoder.request.precedence import settle

TEST_SECONDS = Fraction(5)  # reference 4.5


def wishes_of(asked: OutputRequest, *, test: bool) -> Wishes:
    """What one output asks for. `test`: the job is a test, whose outputs end after five seconds."""
    output = settle(asked)
    return Wishes(
        kind=output.type,
        container=output.container,
        strict=output.strict,
        skip_video=output.skip_video,
        skip_audio=output.skip_audio,
        start_clip=output.start_clip,
        clip_length=output.clip_length,
        test_seconds=TEST_SECONDS if test else None,
        size=_size(output),
        frame_rate=output.frame_rate,
        max_frame_rate=output.max_frame_rate,
        rotate=output.rotate,
        deinterlace=output.deinterlace,
        keyframes=_keyframes(output),
        video=_video(output),
        audio=_audio(output),
        segment_seconds=output.segment_seconds,
        stills=tuple(_stills(each, output) for each in output.thumbnails),
        watermarks=tuple(_watermark(each) for each in output.watermarks),
    )


def _size(asked: OutputRequest | ThumbnailRequest) -> Wanted:
    size = asked.size
    return Wanted(
        short_side=asked.short_side,
        width=asked.width or (size.width if size else None),
        height=asked.height or (size.height if size else None),
        aspect_mode=asked.aspect_mode,
        upscale=isinstance(asked, OutputRequest) and asked.upscale,
    )


def _keyframes(output: OutputRequest) -> WantedKeyframes:
    return WantedKeyframes(
        interval=output.keyframe_interval,
        rate=output.keyframe_rate,
        forced_interval=output.forced_keyframe_interval,
        forced_rate=output.forced_keyframe_rate,
        fixed=output.fixed_keyframe_interval,
    )


def _video(output: OutputRequest) -> WantedVideo:
    references = output.video_reference_frames
    return WantedVideo(
        crf=output.crf,
        quality=output.quality,
        bitrate_kbps=output.video_bitrate,
        one_pass=output.one_pass,
        max_bitrate_kbps=output.max_video_bitrate,
        cap_kbps=output.decoder_bitrate_cap,
        buffer_kbit=output.decoder_buffer_size,
        speed=output.speed,
        profile=output.video_codec_profile,
        level=output.video_codec_level,
        reference_frames=None if references == "auto" else references,
        b_frames=output.video_bframes,
    )


def _audio(output: OutputRequest) -> WantedAudio:
    return WantedAudio(
        quality=output.audio_quality,
        bitrate_kbps=output.audio_bitrate,
        sample_rate=output.audio_sample_rate,
        max_sample_rate=output.max_audio_sample_rate,
        channels=output.audio_channels,
    )


def storing_of(asked: OutputRequest) -> Storing:
    """How an output's files are stored where they go."""
    return _storing(settle(asked))


def _storing(asked: OutputRequest | ThumbnailRequest) -> Storing:
    return Storing(
        headers=asked.headers or {},
        public=asked.public,
        access=tuple(Access(grantee=each.grantee, permissions=each.permission) for each in asked.access_control),
        reduced_redundancy=asked.rrs,
        parallel=asked.parallel_upload_limit,
    )


def _stills(asked: ThumbnailRequest, output: OutputRequest) -> StillsWish:
    own = _storing(asked)
    if not asked.model_fields_set & {"public", "access_control"}:
        # Reference 3.16: the output's access applies to its stills unless they set their own.
        theirs = _storing(output)
        own = own.model_copy(update={"public": theirs.public, "access": theirs.access})
    return StillsWish(
        storing=own,
        label=asked.label,
        format=asked.format,
        filter=asked.filter,
        prefix=asked.prefix,
        credentials=asked.credentials,
        number=asked.number,
        interval=asked.interval,
        times=asked.times,
        at_first_frame=asked.start_at_first_frame,
        size=_size(asked),
    )


def _watermark(asked: WatermarkRequest) -> WatermarkWish:
    return WatermarkWish(
        url=asked.url,
        x=asked.x,
        y=asked.y,
        width=asked.width,
        height=asked.height,
        origin=asked.origin,
        opacity=asked.opacity,
    )
