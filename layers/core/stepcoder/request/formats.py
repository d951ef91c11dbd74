"""Container and codecs of an output: what may be asked, what goes together, what follows from a file's extension."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from stepcoder.request.kinds import Choice
from stepcoder.request.setting import Setting, SettingGroup

Container = Literal["mp4", "ts", "fmp4", "m3u8", "webvtt", "dfxp", "scc"]


@dataclass(frozen=True, slots=True)
class Compatible:
    """What a format can hold (reference 3.4, its table; only what is served now)."""

    video: tuple[str, ...]
    audio: tuple[str, ...]
    output_types: tuple[str, ...]


FORMATS: Mapping[str, Compatible] = {
    "mp4": Compatible(("h264",), ("aac",), ("standard",)),
    "ts": Compatible(("h264",), ("aac",), ("standard", "segmented")),
    "m4f": Compatible(("h264",), ("aac",), ("segmented",)),
    "m3u8": Compatible((), (), ("playlist",)),
    "webvtt": Compatible((), (), ("captions",)),
    "dfxp": Compatible((), (), ("captions",)),
    "scc": Compatible((), (), ("captions",)),
}
_CONTAINERS: Mapping[str, Container] = {"mp4": "mp4", "ts": "ts", "m4f": "fmp4", "m3u8": "m3u8"}
_CAPTIONS: Mapping[str, Container] = {"vtt": "webvtt", "webvtt": "webvtt", "dfxp": "dfxp", "ttml": "dfxp", "scc": "scc"}
_MP4_EXTENSIONS = ("m4a", "m4v", "f4v", "f4a", "m4b", "m4r", "f4b")
_LATER_EXTENSIONS = {
    **dict.fromkeys(("ogg", "oga", "ogv", "ogx"), "ogg"),
    **dict.fromkeys(("3gp", "3gp2", "3g2", "3gpp", "3gpp2"), "3gp"),
    **dict.fromkeys(("wmv", "wma"), "wmv"),
    **dict.fromkeys(("mj2", "mjp2"), "mj2"),
    **{name: name for name in ("webm", "flv", "mkv", "mxf", "aac", "mp3", "ac3", "ec3", "ism")},
}
_LATER_FORMATS = (*sorted(set(_LATER_EXTENSIONS.values())), "highwinds", "dash", "mpd")

Format = Annotated[
    Literal["mp4", "ts", "m4f", "m3u8", "webvtt", "dfxp", "scc"],
    Choice(
        tuple(FORMATS),
        later=_LATER_FORMATS,
        same_as={"fmp4": "m4f", "vtt": "webvtt", **dict.fromkeys(_MP4_EXTENSIONS, "mp4")},
    ),
]
VideoCodec = Annotated[
    Literal["h264"],
    Choice(("h264",), later=("hevc", "jp2", "mpeg4", "theora", "vp6", "vp8", "vp9", "wmv", "av1")),
]
AudioCodec = Annotated[Literal["aac"], Choice(("aac",), later=("ac3", "amr", "eac3", "mp3", "pcm", "vorbis", "wma"))]


class Formats(SettingGroup):
    """Reference 3.4."""

    format: Annotated[
        Format | None,
        Setting("the container", absent="by the extension of url or filename; ts when segmented; else mp4"),
    ] = None
    video_codec: Annotated[VideoCodec, Setting("how video is coded")] = "h264"
    audio_codec: Annotated[AudioCodec, Setting("how audio is coded")] = "aac"


def format_of(output_type: str, asked: str | None, file_name: str | None) -> str:
    """The format that holds: the one asked for, else by the file's extension, else the type's default (3.4, 3.2).

    `file_name` is a URL or name, or None. Answers a key of FORMATS.
    """
    if output_type == "playlist":
        return "m3u8"
    if asked is not None:
        return asked
    extension = extension_of(file_name)
    if output_type == "captions":
        return _CAPTIONS.get(extension, "m3u8")
    if output_type == "segmented":
        return "m4f" if extension == "m4f" else "ts"
    if extension == "m4f":
        return "m4f"
    return "ts" if extension == "ts" else "mp4"


def format_not_yet(file_name: str | None) -> str | None:
    """The reference's format that a file name's extension asks for, if it isn't served yet."""
    return _LATER_EXTENSIONS.get(extension_of(file_name))


def extension_of(file_name: str | None) -> str:
    """Extension in small letters without the dot, empty if there is none."""
    last = (file_name or "").partition("?")[0].rpartition("/")[2]
    return last.rpartition(".")[2].lower() if "." in last else ""


def container_of(format_name: str) -> Container:
    """The plan's container for a format."""
    return _CONTAINERS.get(format_name) or _CAPTIONS[format_name]
