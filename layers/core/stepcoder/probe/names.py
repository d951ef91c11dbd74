"""libav's names for containers and codecs in the reference's words (zencoder-api 2.3). Tables only."""

from __future__ import annotations

# By libav's demuxer name. These, and no others, may be opened: none of them makes libav open a second file.
FORMATS = {
    "mov,mp4,m4a,3gp,3g2,mj2": "mpeg4",
    "mpegts": "mpeg-ts",
    "mpeg": "mpeg-ps",
    "matroska,webm": "matroska",
    "flv": "flash video",
    "ogg": "ogg",
    "asf": "asf",
    "avi": "avi",
    "mxf": "mxf",
    "nut": "nut",
    "dv": "dv",
    "rm": "realmedia",
    "wtv": "wtv",
    "gif": "gif",
    "ivf": "ivf",
    "mp3": "mpeg audio",
    "aac": "aac",
    "ac3": "ac3",
    "eac3": "eac3",
    "dts": "dts",
    "amr": "amr",
    "flac": "flac",
    "wav": "wav",
    "w64": "wav",
    "aiff": "aiff",
    "caf": "caf",
    "au": "au",
    "ape": "ape",
    "wv": "wavpack",
    "tta": "tta",
    "h264": "h264",
    "hevc": "hevc",
    "mpegvideo": "mpegvideo",
    "m4v": "mpeg4 video",
    "obu": "av1",
}

CODECS = {
    "vp6": "vp6f",
    "vp6f": "vp6f",
    "vp6a": "vp6f",
    "mpeg2video": "mpeg2",
    "mpeg1video": "mpeg1",
    "msmpeg4v3": "msmpeg4",
    "flv1": "flv",
    "amr_nb": "amr",
    "amr_wb": "amr",
}

# A bare stream of pictures: no timestamps, so nothing can be placed on a timeline.
UNTIMED = frozenset({"h264", "hevc", "mpegvideo", "m4v", "obu"})
# Where a seek lands on the frame that was asked for or before it, in every file of the kind that has its index.
EXACT_SEEKING = frozenset(
    {"mov,mp4,m4a,3gp,3g2,mj2", "mpegts", "mpeg", "matroska,webm", "avi", "flv", "wav", "flac", "mxf"}
)
# Where seeking leans on an index that not every file has.
NEEDS_INDEX = frozenset({"avi", "flv"})


def format_name(demuxer: str, first_bytes: bytes) -> str:
    """The reference's word for a container. WebM is Matroska that says so in its header."""
    if demuxer == "matroska,webm" and b"webm" in first_bytes[:64]:
        return "webm"
    return FORMATS.get(demuxer, demuxer)


def codec_name(libav: str) -> str:
    """The reference's word for a codec: libav's own where the reference has none."""
    return "pcm" if libav.startswith("pcm_") else CODECS.get(libav, libav)
