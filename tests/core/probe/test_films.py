"""Every sound source is probed against what it is known to contain, and against what ffmpeg decodes."""

from __future__ import annotations

from fractions import Fraction

import pytest

from stepcoder.media import AudioStream, MediaInfo, VideoStream
from stepcoder.probe import probe
from tests.clips import FILMS, SOUNDS, Clip, source
from tests.clips.frame_numbers import decoded_end, decoded_times

MILLISECOND = Fraction(1, 1000)
AUDIO_FRAME = Fraction(1, 20)  # seconds; none is longer


def probed(name: str) -> MediaInfo:
    path = source(name)
    with path.open("rb") as file:
        return probe(file, size=path.stat().st_size)


def video(name: str) -> VideoStream:
    found = probed(name).video
    assert found is not None
    return found


def audio(name: str) -> AudioStream:
    found = probed(name).audio
    assert found is not None
    return found


@pytest.mark.parametrize("clip", FILMS, ids=lambda clip: clip.name)
def test_film_times_are_exact(clip: Clip) -> None:
    found = video(clip.name)
    assert (found.frame_rate, found.first_pts, found.end) == (clip.frame_rate, clip.first_pts, clip.end)
    assert found.constant_frame_rate == clip.constant


@pytest.mark.parametrize("clip", [clip for clip in FILMS if clip.constant], ids=lambda clip: clip.name)
def test_times_give_the_number_of_frames_ffmpeg_decodes(clip: Clip) -> None:
    found = video(clip.name)
    assert round((found.end - found.first_pts) * found.frame_rate) == len(decoded_times(clip.path))


@pytest.mark.parametrize("clip", [clip for clip in FILMS if clip.name != "no_audio"], ids=lambda clip: clip.name)
def test_sound_of_a_film_starts_and_ends_where_ffmpeg_hears_it(clip: Clip) -> None:
    found = audio(clip.name)
    assert abs(found.first_pts - decoded_times(clip.path, "a:0")[0]) <= MILLISECOND
    # Versions of libav differ in whether they play the padding of the last frame.
    allowed = AUDIO_FRAME if clip.name in ("wmv", "fragmented", "edit_list") else MILLISECOND
    assert abs(found.end - decoded_end(clip.path, "a:0")) <= allowed


@pytest.mark.parametrize("clip", SOUNDS, ids=lambda clip: clip.name)
def test_sound_files_have_no_video_and_end_exactly(clip: Clip) -> None:
    found = probed(clip.name)
    assert found.video is None
    assert found.audio is not None
    assert found.audio.end == clip.end
    assert found.duration == found.audio.end - found.audio.first_pts


@pytest.mark.parametrize("clip", [*FILMS, *SOUNDS], ids=lambda clip: clip.name)
def test_result_survives_json(clip: Clip) -> None:
    found = probed(clip.name)
    assert MediaInfo.model_validate_json(found.model_dump_json()) == found


@pytest.mark.parametrize(
    ("name", "format_name", "video_codec", "audio_codec"),
    [
        ("cfr_25", "mpeg4", "h264", "aac"),
        ("hevc", "mpeg4", "hevc", "aac"),
        ("h264_ts", "mpeg-ts", "h264", "aac"),
        ("mpeg2_ps", "mpeg-ps", "mpeg2", "mp2"),
        ("mkv", "matroska", "h264", "ac3"),
        ("webm", "webm", "vp9", "opus"),
        ("avi", "avi", "mpeg4", "mp2"),
        ("flv", "flash video", "h264", "aac"),
        ("wmv", "asf", "wmv2", "wmav2"),
        ("mp3", "mpeg audio", None, "mp3"),
        ("ogg", "ogg", None, "vorbis"),
        ("wav", "wav", None, "pcm"),
    ],
)
def test_names_are_the_references(
    name: str, format_name: str, video_codec: str | None, audio_codec: str | None
) -> None:
    found = probed(name)
    assert found.format == format_name
    assert (found.video and found.video.codec) == video_codec
    assert (found.audio and found.audio.codec) == audio_codec


@pytest.mark.parametrize(
    ("name", "strings"),
    [
        ("cfr_25", ("avc1.64000c", "mp4a.40.2")),
        ("h264_ts", ("avc1.64000c", "mp4a.40.2")),
        ("ten_bit", ("avc1.6e000c", "mp4a.40.2")),
        ("hevc", ("hvc1.1.6.L60.90", "mp4a.40.2")),
        ("hevc_ts", ("hvc1.1.6.L60.90", "mp4a.40.2")),
        ("webm", ("vp9", "opus")),
        ("mpeg2_ps", (None, None)),
    ],
)
def test_codec_strings(name: str, strings: tuple[str | None, str | None]) -> None:
    assert (video(name).rfc6381, audio(name).rfc6381) == strings


def test_rotation_is_clockwise() -> None:
    assert (video("rotated").rotation, video("rotated").width, video("rotated").height) == (90, 320, 180)
    assert video("cfr_2997").rotation == 0


def test_sample_aspect_ratio() -> None:
    assert video("anamorphic").sample_aspect_ratio == Fraction(64, 45)
    assert video("cfr_25").sample_aspect_ratio == 1


def test_interlacing() -> None:
    assert video("interlaced_ts").interlaced
    assert not video("h264_ts").interlaced


def test_bit_depth_profile_and_level() -> None:
    found = video("ten_bit")
    assert (found.pixel_format, found.bit_depth, found.profile, found.level) == ("yuv420p10le", 10, "High 10", 12)
    assert video("hevc").level == 20


def test_channels_and_language() -> None:
    found = audio("surround")
    assert (found.channels, found.language, found.sample_rate) == (6, "deu", 48000)
    assert audio("mono").channels == 1
    assert probed("no_audio").audio_track_count == 0


def test_cover_art_is_not_video() -> None:
    assert probed("mp3_with_cover").video is None


def test_untrusted_seeking_says_why() -> None:
    assert probed("cfr_25").seekable
    for name in ("webm_live", "wmv", "mp3", "flv"):
        found = probed(name)
        assert not found.seekable
        assert found.seek_trouble


def test_lying_headers_are_not_believed() -> None:
    assert probed("lying_duration").duration == 12


def test_cut_transport_stream_is_as_long_as_what_is_left() -> None:
    found = probed("truncated_ts")
    assert found.video is not None
    assert found.video.end == decoded_end(source("truncated_ts"))


def test_bit_rates_add_up() -> None:
    found = probed("cfr_25")
    assert found.video is not None
    assert found.audio is not None
    assert (found.bitrate_kbps, found.video.bitrate_kbps, found.audio.bitrate_kbps) == (355, 249, 98)
