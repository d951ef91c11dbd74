"""What `strict` refuses that is otherwise corrected (reference 3.2), as far as it shows without the source."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stepcoder.request.output import OutputRequest
from stepcoder.request.quantities import plain
from stepcoder.request.resolution import asked_frame

Found = Iterator[tuple[str, str]]


def _b_frames_need_main(output: OutputRequest, path: str) -> Found:
    if output.video_bframes and output.video_codec_profile == "baseline":
        member = f"{path}.video_bframes"
        yield member, f"{member} is {output.video_bframes}: profile baseline has no B-frames, it takes main or higher."


def _one_kind_of_interval(output: OutputRequest, path: str) -> Found:
    forced = output.forced_keyframe_interval or output.forced_keyframe_rate
    if output.fixed_keyframe_interval and forced:
        member = f"{path}.fixed_keyframe_interval"
        yield member, f"{member} is true: it can't be combined with forced keyframes."


def _cap_holds_bitrate(output: OutputRequest, path: str) -> Found:
    cap = output.decoder_bitrate_cap
    if cap is not None and output.video_bitrate is not None and cap < output.video_bitrate:
        member = f"{path}.decoder_bitrate_cap"
        yield member, f"{member} is {cap}: it must not be below video_bitrate, {output.video_bitrate}."


def _buffer_has_cap(output: OutputRequest, path: str) -> Found:
    if output.decoder_buffer_size is not None and output.decoder_bitrate_cap is None:
        member = f"{path}.decoder_buffer_size"
        yield member, f"{member} is {output.decoder_buffer_size}: it needs decoder_bitrate_cap."


def _even_frame(output: OutputRequest, path: str) -> Found:
    for name, side in zip(("width", "height"), asked_frame(output), strict=True):
        if side is not None and side % 2:
            member = f"{path}.{name if getattr(output, name) is not None else 'size'}"
            yield member, f"{member} asks for a {name} of {side}: H.264 needs an even number."


def _rate_within_limits(output: OutputRequest, path: str) -> Found:
    rate = output.frame_rate
    if rate is None:
        return
    member = f"{path}.frame_rate"
    if output.max_frame_rate is not None and rate > output.max_frame_rate:
        yield member, f"{member} is {plain(rate)}: it must not be above max_frame_rate, {plain(output.max_frame_rate)}."
    width, height = asked_frame(output)
    # Reference 1.8: at most 60 fps above 1080p.
    if rate > 60 and (width or 0) * (height or 0) > 1920 * 1080:
        yield member, f"{member} is {plain(rate)}: above 1920x1080 it must be at most 60."


def _sample_rate_within_limit(output: OutputRequest, path: str) -> Found:
    rate, limit = output.audio_sample_rate, output.max_audio_sample_rate
    if rate is not None and limit is not None and rate > limit:
        member = f"{path}.audio_sample_rate"
        yield member, f"{member} is {rate}: it must not be above max_audio_sample_rate, {limit}."


STRICT_RULES: tuple[Callable[[OutputRequest, str], Found], ...] = (
    _b_frames_need_main,
    _one_kind_of_interval,
    _cap_holds_bitrate,
    _buffer_has_cap,
    _even_frame,
    _rate_within_limits,
    _sample_rate_within_limit,
)
