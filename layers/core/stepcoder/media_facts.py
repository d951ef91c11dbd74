"""MediaInfo in the words of the reference's details (zencoder-api 2.3): what a customer is told about a file. Pure."""

from __future__ import annotations

from fractions import Fraction

from stepcoder.media import MediaInfo, VideoStream

FRAME_RATE_DIGITS = 3


def facts(media: MediaInfo) -> dict[str, object]:
    """Detail fields by the reference's names; None where there is nothing to say."""
    video, audio = media.video, media.audio
    width, height = display_size(video) if video else (None, None)
    return {
        "format": media.format,
        "duration_in_ms": round(media.duration * 1000),
        "file_size_bytes": media.size_bytes,
        "video_codec": video.codec if video else None,
        "rfc_6381_video_codec": video.rfc6381 if video else None,
        "width": width,
        "height": height,
        "frame_rate": _number(video.frame_rate) if video else None,
        "video_bitrate_in_kbps": video.bitrate_kbps if video else None,
        "audio_codec": audio.codec if audio else None,
        "rfc_6381_audio_codec": audio.rfc6381 if audio else None,
        "audio_bitrate_in_kbps": audio.bitrate_kbps if audio else None,
        "audio_sample_rate": audio.sample_rate if audio else None,
        # The reference gives these two as strings.
        "channels": str(audio.channels) if audio else None,
        "audio_tracks": str(media.audio_track_count) if media.audio_track_count else None,
        "total_bitrate_in_kbps": media.bitrate_kbps,
        "md5_checksum": None,
    }


def display_size(video: VideoStream) -> tuple[int, int]:
    """Width and height in coded pixels as shown: turned upright, not stretched by the sample aspect ratio."""
    if video.rotation in (90, 270):
        return video.height, video.width
    return video.width, video.height


def _number(rate: Fraction) -> float | int:
    return rate.numerator if rate.denominator == 1 else round(float(rate), FRAME_RATE_DIGITS)
