"""Every setting of the reference that is not declared by a model, and what becomes of it. One table, no code paths.

Harmless: accepted without effect, because it can't change what the customer gets (zencoder-api 3.28 asks the same for
names outside the current list). Refused: a sentence, unless the value is the one that holds anyway. Within: a member of
a hash that is refused as a whole, so it is never looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Literal


@dataclass(frozen=True, slots=True)
class Unsupported:
    """One row. `values` are the values that ask for nothing (in small letters), beside empty, false, 0 and none."""

    name: str
    level: str
    verdict: Literal["harmless", "refused", "within"]
    values: tuple[str, ...] = ()
    why: str = field(default="", compare=False)


_HARMLESS: Mapping[str, Mapping[str, str]] = {
    "job": {
        "api_key": "read by authentication",
        "region": "work runs in the region of the deployment",
        "aspera_transfer_policy transfer_minimum_rate transfer_maximum_rate": "only with Aspera, refused",
        "reconnect_time event_length live_sliding_window_duration redundant_transcode": "only live",
    },
    "outputs": {
        "aspera_transfer_policy transfer_minimum_rate transfer_maximum_rate": "only with Aspera, refused",
        "reference_profile_for_comparison": "shown in the vendor's dashboard only",
        "frame_index_filename": "only with generate_frame_index",
        "keyframe_manifest_filename": "only with generate_keyframe_manifest",
        "mp4_atom_map_filename": "only with generate_mp4_atom_map",
        "transcription_filename": "only with caption_from_audio_transcription",
        "skip_captions": "captions are not passed through anyway",
        "audio_bit_depth": "only PCM audio has one",
        "max_aac_profile": "AAC is always LC, below any cap",
        "max_hls_protocol_version hls_protocol_version": "playlists name the lowest version their contents need",
        "hls_optimized_ts": "a hint about packet overhead",
        "streaming_delivery_profile": "only with DASH",
        "smil_base_url": "only SMIL playlists have one",
        "allow_skipped_sources": "playlists leave out what was skipped",
        "forensic_watermark_stub_mode": "only with forensic_watermark",
        "mtu_size": "only with hint",
        "lossless_video": "only JPEG 2000",
        "video_codec_tier": "only HEVC",
        "vp6_temporal_down_watermark vp6_temporal_resampling vp6_undershoot_pct vp6_profile vp6_compression_mode"
        " vp6_2pass_min_section vp6_2pass_max_section vp6_stream_prebuffer vp6_stream_max_buffer"
        " vp6_deinterlace_mode vp6_denoise_level alpha_transparency constant_bitrate": "only VP6",
        "fragment_duration": "fragments follow chunks; their length shows in the output's details",
        "segmented segment_size instant_play tuning": "not in the current list and without documented meaning",
        "live_sliding_window_duration rtmp_keep_alive": "only live",
    },
    "streams": {
        "max_hls_protocol_version hls_protocol_version": "playlists name the lowest version their contents need",
        "width height": "only SMIL playlists have them",
    },
    "notifications": {"event": "only live outputs have events"},
}

# Settings of one kind stand together, in the order of the reference's section 3. Values after "=" ask for nothing.
_REFUSED: Mapping[str, str] = {
    "job": ("dynamic_profile_options generate_dynamic_profile live_stream"),
    "outputs": (
        "device_profile source generate_md5_checksum"
        " cae_options cae_rendition dynamic_profile_rendition"
        " sample_aspect_ratio=square,1:1 force_interlace_headers audio_constant_bitrate min_frame_rate decimate=1"
        " generate_frame_index video_bit_depth=8 color_metadata=preserve"
        " audio_language input_audio_channels output_audio_channels select_audio_language"
        " caption_from_audio_transcription include_transcription_json"
        " flip deinterlace_mode=frame-to-frame sharpen denoise=none autolevel auto_level deblock video_color_format=sdr"
        " audio_gain audio_normalize audio_pre_normalize audio_post_normalize audio_bass audio_treble audio_highpass"
        " audio_lowpass audio_compression_ratio=1,1.0 audio_compression_threshold=-20 audio_expansion_ratio=1,1.0"
        " audio_expansion_threshold=-35 audio_fade audio_fade_in audio_fade_out audio_loudness_level audio_karaoke_mode"
        " skip min_size max_size min_duration max_duration"
        " playlist_format=hls,m3u,m3u8 alternate_audio segment_image_url segment_image_file segment_video_snapshots"
        " prepare_for_segmenting byte_range_segmenting generate_keyframe_manifest"
        " encryption_method=none encryption_key encryption_key_url encryption_key_rotation_period"
        " encryption_key_url_prefix encryption_iv encryption_password drm drm_method forensic_watermark"
        " hint force_aac_profile=aac-lc copy_video copy_audio"
        " video_codec_preset format_preset ts_muxrate ts_pmt_pid ts_video_pid ts_audio_pid ts_pcr_pid ts_cbr"
        " preserve_hdr_metadata master_display max_content_light_level max_frame_average_light_level"
        " dolby_vision_rpu_url video_color_range=limited cue_points generate_mp4_atom_map captions"
        " input_audio_service_types select_audio_service_type=main stretch live_stream"
    ),
    "thumbnails": "interval_in_frames filename",
    "streams": "audio",
}

_WITHIN: Mapping[str, str] = {
    "alternate_audio": "language name path source default",
    "cae_options": (
        "video_codec video_codecs video_codec_options min_renditions max_renditions min_resolution max_resolution"
        " max_frame_rate keyframe_rate fixed_frame_rate min_bitrate max_bitrate max_first_rendition_bitrate"
        " min_granularity max_granularity bitrate_cap_to_bitrate_ratio buffer_size_to_bitrate_ratio bitrate_cap_offset"
        " buffer_size_offset quality_rate_tune select_baseline_profile_configuration select_distinct_configurations"
        " video_configurations watermarks true_resolution deblock deinterlace deinterlace_mode denoise speed one_pass"
        " start_clip clip_length master_display max_content_light_level max_frame_average_light_level"
        " fixed_keyframe_interval max_first_rendition_resolution"
    ),
    "cue_points": "type time name data",
    "drm": "method provider key_id key_guid user_key server_key media_id content_id content_key schemas",
    "drm.schemas": "type license_acquisition_url",
    "master_display": (
        "red red.x red.y green green.x green.y blue blue.x blue.y white_point white_point.x white_point.y"
        " luminance luminance.min luminance.max"
    ),
    "skip": (
        "min_size max_size min_duration max_duration min_audio_bitrate max_audio_bitrate min_video_bitrate"
        " max_video_bitrate require_audio require_video"
    ),
}


def rows() -> Iterator[Unsupported]:
    """The whole table."""
    for level, reasons in _HARMLESS.items():
        for names, why in reasons.items():
            yield from (Unsupported(name, level, "harmless", why=why) for name in names.split())
    for level in _REFUSED:
        yield from (Unsupported(name, level, "refused", values) for name, values in refused(level).items())
    for level, words in _WITHIN.items():
        yield from (Unsupported(name, level, "within") for name in words.split())


@cache
def harmless(level: str) -> Mapping[str, str]:
    """The settings of a level that are accepted without effect, each with the reason."""
    return {name: why for names, why in _HARMLESS.get(level, {}).items() for name in names.split()}


@cache
def refused(level: str) -> Mapping[str, tuple[str, ...]]:
    """The refused settings of a level, each with the values that ask for nothing."""
    words = (word.partition("=") for word in _REFUSED.get(level, "").split())
    return {name: tuple(filter(None, values.split(","))) for name, _, values in words}


def refusals(level: str, members: Mapping[str, object]) -> Iterator[str]:
    """The names among a hash's members that ask for something this service doesn't do yet."""
    known = refused(level)
    for name, value in members.items():
        if name in known and not asks_nothing(value, known[name]):
            yield name


def asks_nothing(value: object, values: tuple[str, ...] = (), depth: int = 4) -> bool:
    """True for a value that is as good as none: empty, false, 0, or one of `values`; hashes and lists of such."""
    if isinstance(value, str):
        return value.strip().lower() in ("", "false", "0", "0.0", *values)
    if isinstance(value, dict | list):
        members = value.values() if isinstance(value, dict) else value
        return depth > 0 and all(asks_nothing(member, (), depth - 1) for member in members)
    # The bound keeps numbers too long for a float out of the comparison; no listed value is that large.
    return not value or (isinstance(value, int | float) and abs(value) < 10**9 and f"{value:.10g}" in values)
