"""What a customer is told about a file, in the reference's words and types."""

from __future__ import annotations

from fractions import Fraction

from stepcoder.media import AudioStream, MediaInfo, VideoStream
from stepcoder.media_facts import facts

VIDEO = VideoStream(
    codec="h264",
    ffmpeg_codec="h264",
    width=1920,
    height=1080,
    frame_rate=Fraction(30000, 1001),
    constant_frame_rate=True,
    first_pts=Fraction(0),
    end=Fraction(12012, 1000),
    rotation=90,
    bitrate_kbps=2190,
    rfc6381="avc1.640028",
)
AUDIO = AudioStream(
    codec="aac",
    ffmpeg_codec="aac",
    sample_rate=48000,
    channels=2,
    first_pts=Fraction(0),
    end=Fraction(12),
    bitrate_kbps=191,
    rfc6381="mp4a.40.2",
)


def media(video: VideoStream | None = VIDEO, audio: AudioStream | None = AUDIO) -> MediaInfo:
    return MediaInfo(
        format="mpeg4",
        demuxer="mov,mp4,m4a,3gp,3g2,mj2",
        size_bytes=3_500_000,
        duration=Fraction(12012, 1000),
        video=video,
        audio=audio,
        audio_track_count=1 if audio else 0,
        bitrate_kbps=2331,
    )


def test_facts_of_a_film() -> None:
    assert facts(media()) == {
        "format": "mpeg4",
        "duration_in_ms": 12012,
        "file_size_bytes": 3_500_000,
        "video_codec": "h264",
        "rfc_6381_video_codec": "avc1.640028",
        "width": 1080,
        "height": 1920,
        "frame_rate": 29.97,
        "video_bitrate_in_kbps": 2190,
        "audio_codec": "aac",
        "rfc_6381_audio_codec": "mp4a.40.2",
        "audio_bitrate_in_kbps": 191,
        "audio_sample_rate": 48000,
        "channels": "2",
        "audio_tracks": "1",
        "total_bitrate_in_kbps": 2331,
        "md5_checksum": None,
    }


def test_sound_alone_has_no_picture_facts() -> None:
    told = facts(media(video=None))
    assert [told[name] for name in ("video_codec", "width", "height", "frame_rate", "video_bitrate_in_kbps")] == [
        None
    ] * 5


def test_silent_film_has_no_sound_facts() -> None:
    told = facts(media(audio=None))
    assert [told[name] for name in ("audio_codec", "channels", "audio_tracks", "audio_sample_rate")] == [None] * 4


def test_whole_frame_rates_are_whole_numbers() -> None:
    told = facts(media(VIDEO.model_copy(update={"frame_rate": Fraction(25)})))
    assert repr(told["frame_rate"]) == "25"
