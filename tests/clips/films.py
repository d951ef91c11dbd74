"""Recipes of the sound sources: films, audio files and stills that an encoder must take. Hostile ones are broken.py."""

from __future__ import annotations

from fractions import Fraction

from tests.clips.recipes import AAC, MONO, NTSC, SURROUND, X264, Recipe, film, sound

FILM, PAL, VIDEO = 24 / NTSC, Fraction(25), 30 / NTSC
THIRTY, SIXTY = Fraction(30), 60 / NTSC
FASTSTART = ("-movflags", "+faststart")
# Frames of a 30 fps clock, some missing and all of them late by up to 11 ms: no constant rate fits. The base is 90 kHz.
FINE_CLOCK = ("-enc_time_base", "1:90000", "-video_track_timescale", "90000")
IRREGULAR = "select='not(n)+gt(mod(n*7,11),2)',settb=1/90000,setpts='PTS+mod(N*397,1000)'"
HELD = "select='not(between(n,211,479))',settb=1/90000"  # frame 210 stands from 7.0 s to 16.0 s
JPEG = ("-c:v", "mjpeg", "-q:v", "4", "-pix_fmt", "yuvj420p")
MPEG2 = ("-c:v", "mpeg2video", "-q:v", "5", "-g", "15", "-bf", "2", "-threads", "1")  # open GOPs unless told otherwise
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-crf", "28", "-pix_fmt", "yuv420p")
X265_OPEN = (
    *X265,
    "-x265-params",
    "keyint=50:min-keyint=50:open-gop=1:bframes=3:pools=2:frame-threads=1:log-level=error",
)
PRORES = ("-c:v", "prores_ks", "-profile:v", "0", "-pix_fmt", "yuv422p10le")
MP2 = ("-c:a", "mp2", "-b:a", "128k")
OPEN_GOP = ("-x264-params", "keyint=48:min-keyint=48:open-gop=1:bframes=3:b-pyramid=none:scenecut=0")
LONG_GOP = ("-x264-params", "keyint=600:min-keyint=600:scenecut=0")


def gop(frames: int) -> tuple[str, ...]:
    return ("-g", str(frames))


def from_within_a_gop(data: bytes) -> bytes:
    """A transport stream that somebody began to record in the middle of a GOP."""
    packets = len(data) // 188
    return data[packets // 10 * 188 :]


MP4 = {
    "cfr_23976": Recipe("mp4", film(FILM, 288, *gop(250), *FASTSTART)),
    "cfr_25": Recipe("mp4", film(PAL, 300, *gop(50), *FASTSTART)),
    "cfr_2997": Recipe("mp4", film(VIDEO, 360, *gop(250))),  # index at the end of the file
    "cfr_5994": Recipe("mp4", film(SIXTY, 720, *gop(120), *FASTSTART)),
    "vfr": Recipe("mp4", film(THIRTY, 480, *gop(250), *FINE_CLOCK, then=IRREGULAR)),
    "vfr_held_frame": Recipe("mp4", film(THIRTY, 720, *gop(250), *FINE_CLOCK, then=HELD)),
    "long_gop": Recipe("mp4", film(VIDEO, 719, *LONG_GOP)),
    "open_gop": Recipe("mp4", film(PAL, 400, *OPEN_GOP)),
    "hevc": Recipe("mp4", film(PAL, 300, "-tag:v", "hvc1", video=X265_OPEN)),
    "fragmented": Recipe("mp4", film(PAL, 300, *gop(50), "-movflags", "+frag_keyframe+empty_moov+default_base_moof")),
    "edit_list": Recipe("mp4", ("-ss", "3.3", "-i", "{base}", "-c", "copy"), base="long_gop"),
    "no_edit_list": Recipe("mp4", film(PAL, 300, *gop(50), "-use_editlist", "0")),
    "late_video": Recipe("mp4", film(PAL, 300, *gop(50), video_delay="1.7")),
    "rotated": Recipe("mp4", ("-display_rotation", "-90", "-i", "{base}", "-c", "copy"), base="cfr_2997"),
    "no_audio": Recipe("mp4", film(PAL, 300, *gop(50), audio=())),
    "mono": Recipe("mp4", film(PAL, 300, *gop(50), voices=MONO)),
    "surround": Recipe("mp4", film(PAL, 300, *gop(50), "-metadata:s:a:0", "language=deu", voices=SURROUND)),
    "anamorphic": Recipe("mp4", film(PAL, 300, *gop(50), then="setsar=64/45")),
    "ten_bit": Recipe("mp4", film(PAL, 300, *gop(50), video=(*X264, "-pix_fmt", "yuv420p10le"))),
}

OTHER_CONTAINERS = {
    "h264_ts": Recipe("ts", film(PAL, 300, *gop(50))),
    "open_gop_ts": Recipe("ts", film(PAL, 400, *OPEN_GOP)),
    "long_gop_ts": Recipe("ts", film(VIDEO, 719, *LONG_GOP)),
    "hevc_ts": Recipe("ts", film(PAL, 300, video=X265_OPEN)),
    "interlaced_ts": Recipe(
        "ts",
        film(
            PAL,
            300,
            *("-x264-params", "tff=1:keyint=50:scenecut=0"),
            under="testsrc2=s=320x180:r=50,interlace=scan=tff",
            then="setfield=tff",
        ),
    ),
    "mpeg2_ps": Recipe("mpg", film(VIDEO, 360, "-f", "vob", video=MPEG2, audio=MP2)),
    "mkv": Recipe("mkv", film(VIDEO, 360, *gop(250), audio=("-c:a", "ac3", "-b:a", "128k"))),
    "webm": Recipe(
        "webm",
        film(
            PAL,
            300,
            *gop(100),
            video=("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "300k", "-threads", "2"),
            audio=("-c:a", "libopus", "-b:a", "64k"),
        ),
    ),
    "avi": Recipe("avi", film(PAL, 300, video=("-c:v", "mpeg4", "-bf", "2", "-q:v", "5", "-g", "50"), audio=MP2)),
    "mid_gop_ts": Recipe("ts", base="open_gop_ts", edit=from_within_a_gop),
    "held_frame_mkv": Recipe("mkv", ("-i", "{base}", "-c", "copy"), base="vfr_held_frame"),
    "webm_live": Recipe("webm", ("-i", "{base}", "-c", "copy", "-live", "1"), base="webm"),
    "wmv": Recipe("wmv", film(PAL, 300, video=("-c:v", "wmv2", "-b:v", "800k"), audio=("-c:a", "wmav2"))),
    "mov_prores": Recipe("mov", film(PAL, 300, video=PRORES, audio=("-c:a", "pcm_s16le"))),
    "flv": Recipe("flv", film(PAL, 300, *gop(50))),
}

AUDIO_ONLY = {
    "m4a": Recipe("m4a", ("-f", "lavfi", "-i", sound(Fraction(15)), *AAC)),
    "mp3": Recipe("mp3", ("-f", "lavfi", "-i", sound(Fraction(15), rate=44100), "-c:a", "libmp3lame", "-b:a", "128k")),
    "adts": Recipe("aac", ("-f", "lavfi", "-i", sound(Fraction(15)), *AAC)),
    "ogg": Recipe("ogg", ("-f", "lavfi", "-i", sound(Fraction(15)), "-c:a", "libvorbis")),
    "wav": Recipe("wav", ("-f", "lavfi", "-i", sound(Fraction(12)), "-c:a", "pcm_s16le")),
    "mp3_with_cover": Recipe(
        "mp3",
        (
            *("-i", "{base}", "-f", "lavfi", "-i", "testsrc2=s=200x200:r=1:d=1", "-map", "0:a", "-map", "1:v"),
            *("-c:a", "copy", *JPEG, "-disposition:v:0", "attached_pic"),
        ),
        base="mp3",
    ),
}

STILLS = {
    "png": Recipe("png", ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=1", "-frames:v", "1", "-update", "1")),
    "jpg": Recipe("jpg", ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=1", "-frames:v", "1", "-update", "1", *JPEG)),
}
