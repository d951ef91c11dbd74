"""Telling by its first bytes what is certainly not a media file. Whether it is a good one is the probe's business."""

from __future__ import annotations

import re

from stepcoder.errors import InputError
from stepcoder.sources.protocol import RangedSource

SNIFF_BYTES = 4096

# Files that only point at others. ffmpeg would follow them: to other hosts, or to files of the machine it runs on.
_INDIRECT = (
    (re.compile(rb"#EXTM3U"), "an HLS manifest"),
    (re.compile(rb"ffconcat\s+version"), "a concat script"),
    (re.compile(rb"\[playlist\]", re.I), "a PLS playlist"),
    (re.compile(rb"\[reference\]", re.I), "an ASF reference file"),
    (re.compile(rb"# VobSub index file"), "a subtitle index"),
    (re.compile(rb"rtsptext", re.I), "a streaming reference file"),
    (re.compile(rb"v=0\r?\n[a-z]=", re.I), "an SDP session description"),
    (re.compile(rb"(?:https?|rtsp|rtmp|mms|ftp|file)://", re.I), "a list of links"),
)
_INDIRECT_XML = (
    (re.compile(rb"<(?:\w+:)?MPD[\s>]"), "a DASH manifest"),
    (re.compile(rb"<smil[\s>]", re.I), "a SMIL file"),
    (re.compile(rb"<asx[\s>]", re.I), "an ASX playlist"),
    (re.compile(rb"<SmoothStreamingMedia[\s>]"), "a Smooth Streaming manifest"),
    (re.compile(rb"<\?(?:wpl|quicktime)[\s?]", re.I), "a playlist"),
    (re.compile(rb"<playlist[\s>]", re.I), "a playlist"),
    (re.compile(rb"<(?:\w+:)?CompositionPlaylist[\s>]"), "a composition playlist"),
)
_MARKUP = re.compile(rb"<(?:[!?a-z][^<]{0,1000}>|!--)", re.I)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|script|meta|center|h1)[\s>]", re.I)
_JSON = re.compile(rb"""[{\[]\s*(?:["}\]{\[]|-?\d|true\b|false\b|null\b)""")
_TEXT_TYPES = ("text/html", "application/xhtml", "text/xml", "application/xml", "application/json", "text/json")


def sniff(first_bytes: bytes, content_type: str | None = None) -> None:
    """Raise InputError if the file that begins like this is empty, a playlist, a web page or other text.

    `content_type` only counts where the bytes themselves are text: servers label media wrongly all the time.
    """
    if not first_bytes:
        raise InputError("NoMediaError", "The file is empty: it has no audio or video.")
    text = _as_text(first_bytes)
    if text is None:
        return
    for pattern, name in _INDIRECT:
        if pattern.match(text):
            raise _indirect(name)
    if _MARKUP.match(text):
        for pattern, name in _INDIRECT_XML:
            if pattern.search(text):
                raise _indirect(name)
        raise _not_media("a web page (HTML)" if _HTML.search(text) else "an XML document")
    if _JSON.match(text):
        raise _not_media("a JSON document")
    if (content_type or "").lower().startswith(_TEXT_TYPES):
        raise _not_media("text")


def refuse_non_media(source: RangedSource) -> None:
    """Sniff the beginning of an open source. Raises InputError."""
    if source.size == 0:
        sniff(b"", source.content_type)
    sniff(source.read_range(0, SNIFF_BYTES), source.content_type)


def _as_text(first_bytes: bytes) -> bytes | None:
    """The bytes as ASCII-compatible text without byte-order mark and leading space; None if they are binary."""
    head = first_bytes[:SNIFF_BYTES]
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "replace").encode("utf-8", "replace").lstrip()
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    # A zero or other control byte early on: no text format has it, every media container does.
    return None if re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head[:512]) else head


def _indirect(name: str) -> InputError:
    return InputError(
        "UnsupportedEncodingError",
        f"The input is {name}, which only points at other files. Give the URL of the media file itself.",
    )


def _not_media(name: str) -> InputError:
    return InputError(
        "InvalidDownloadedFileTypeError",
        f"The server sent {name} instead of a media file. The URL must lead to the file itself, without a login.",
    )
