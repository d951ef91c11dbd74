"""Segments and playlists (reference 3.19)."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, ClassVar, Literal

from stepcoder.request.addresses import PlaylistPath
from stepcoder.request.kinds import Choice
from stepcoder.request.quantities import Number
from stepcoder.request.setting import Kind, Setting, SettingGroup, Wrong
from stepcoder.request.vocabulary import Kbps, Line, WidthByHeight

_CODECS = re.compile(r"[A-Za-z0-9.\-]{1,40}(\s*,\s*[A-Za-z0-9.\-]{1,40}){0,9}")

# Playlist outputs ignore every other setting (3.19). Names served later stand here too, to be refused, not ignored.
PLAYLIST_HEEDS = frozenset(
    {
        "type",
        "label",
        "url",
        "base_url",
        "filename",
        "public",
        "strict",
        "format",
        "notifications",
        "streams",
        "streaming_delivery_format",
        "streaming_delivery_profile",
        "playlist_format",
        "alternate_audio",
        "max_hls_protocol_version",
        "hls_protocol_version",
        "smil_base_url",
        "allow_skipped_sources",
        "drm",
        "captions",
        "secondary_url",
        "credentials",
        "headers",
        "access_control",
        "package_filename",
        "package_format",
        "parallel_upload_limit",
        "azure_sas",
        "rrs",
    }
)


class Codecs(Kind):
    """A list of codecs as RFC 6381 writes them."""

    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return 'a list of codecs such as "avc1.4d401f,mp4a.40.2"'

    def read(self, value: object) -> str:
        if not isinstance(value, str) or not _CODECS.fullmatch(value.strip()):
            raise Wrong(self.allowed)
        return ",".join(codec.strip() for codec in value.split(","))


class StreamRequest(SettingGroup):
    """One entry of a playlist. What `source` knows need not be given."""

    level: ClassVar[str] = "streams"

    path: Annotated[Annotated[str, PlaylistPath()], Setting("what the playlist writes for this stream")]
    source: Annotated[Line | None, Setting("label of the output this entry describes")] = None
    bandwidth: Annotated[Kbps | None, Setting("peak rate of the stream", absent="measured on the source output")] = None
    resolution: Annotated[WidthByHeight | None, Setting("frame size", absent="the source output's")] = None
    codecs: Annotated[
        Annotated[str, Codecs()] | None, Setting("codecs as RFC 6381 writes them", absent="the source output's")
    ] = None


class Streaming(SettingGroup):
    streaming_delivery_format: Annotated[
        Annotated[Literal["hls"], Choice(("hls",), later=("dash",))] | None,
        Setting("what segments are for; with format m4f it makes fMP4 HLS", absent="hls"),
    ] = None
    segment_seconds: Annotated[
        Annotated[Fraction, Number(1, 3600, "seconds")], Setting("length of a segment; the last may be longer")
    ] = Fraction(10)
    streams: Annotated[
        tuple[StreamRequest, ...],
        Setting("the entries of a playlist output; the first is the start-up stream", aliases=("stream",)),
    ] = ()
