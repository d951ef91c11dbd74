"""Telling by its first bytes what is certainly a media file, for those who chose among several readings of a file.

Unlike sniff.py, which only refuses what is certainly none: random bytes pass there, and must not pass here.
"""

from __future__ import annotations

_AT_START = (
    b"\x1a\x45\xdf\xa3",  # Matroska, WebM
    b"OggS",
    b"fLaC",
    b"ID3",
    b"FLV\x01",
    b"\x00\x00\x01\xba",  # MPEG program stream
    b"\x00\x00\x01\xb3",  # MPEG-1 and 2 video
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",  # ASF
    b"\x06\x0e\x2b\x34\x02\x05\x01",  # MXF
    b"\x00\x00\x00\x01\x67",  # H.264: parameter set, access unit delimiter
    b"\x00\x00\x00\x01\x09",
    b"\x00\x00\x01\x67",
    b"\x00\x00\x01\x09",
    b"\x00\x00\x00\x01\x40",  # HEVC: parameter set, access unit delimiter
    b"\x00\x00\x00\x01\x46",
    b"\x1f\x07\x00\x3f",  # DV
    b".RMF",
    b"YUV4MPEG2 ",
    b"DKIF",
    b"caff",
    b"#!AMR",
    b"wvpk",
    b"MAC ",
    b"TTA1",
    b"\x7f\xfe\x80\x01",  # DTS
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0",
    b"\xff\xd8\xff\xe1",
    b"GIF8",
)
_CHUNKS = ((b"RIFF", 8), (b"RF64", 8), (b"FORM", 8))
_CHUNK_TYPES = (b"AVI ", b"WAVE", b"CDXA", b"AIFF", b"AIFC", b"WEBP")
# The types that the first box of a QuickTime or MP4 file can have.
_BOXES = (b"ftyp", b"styp", b"moov", b"mdat", b"moof", b"wide", b"free", b"skip", b"pnot", b"sidx", b"emsg", b"jP  ")


def looks_like_media(head: bytes) -> bool:
    """Whether a file that begins like this has the mark of a known container or stream. Give it some kilobytes."""
    return (
        head.startswith(_AT_START)
        or head[4:8] in _BOXES
        or any(head.startswith(mark) and head[at : at + 4] in _CHUNK_TYPES for mark, at in _CHUNKS)
        or _is_transport_stream(head)
        or _is_frames(head)
    )


def _is_transport_stream(head: bytes) -> bool:
    """Packets of 188 bytes, or of 192 with a time before each."""
    return any(
        len(head) > first + 4 * size and all(head[first + number * size] == 0x47 for number in range(5))
        for first, size in ((0, 188), (4, 192))
    )


def _is_frames(head: bytes) -> bool:
    """MPEG audio, AAC or AC-3 without a container: the mark of a frame comes again and again."""
    mark = head[:2]
    if mark == b"\x0b\x77":
        return head.count(mark, 2) >= 1
    return len(mark) == 2 and mark[0] == 0xFF and mark[1] & 0xE0 == 0xE0 and head.count(mark, 2) >= 3
