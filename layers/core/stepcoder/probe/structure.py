"""What a file's own structure gives away before libav sees it: cut short, encrypted, pointing elsewhere, a picture.

Only headers are read. Damage that is not understood here is left for libav to judge.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from stepcoder.errors import InputError
from stepcoder.mp4.boxes import HEADER_MAX, Box, read_header
from stepcoder.mp4.errors import JoinError
from stepcoder.probe.reader import MeteredFile
from stepcoder.sources.sniff import SNIFF_BYTES, sniff

# Boxes a well-made MP4 or QuickTime file may begin with.
MP4_STARTS = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof", b"sidx"})
MP4_CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl"})
MAX_BOXES = 10_000
MAX_DEPTH = 8
STSD_BYTES = 4096
# Sample entries that only a key can open: common encryption, and Apple's.
ENCRYPTED_ENTRIES = frozenset({b"encv", b"enca", b"drmi", b"drms", b"p608"})
ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
# GUIDs of the ASF content encryption objects (ASF specification, 10.1).
ASF_ENCRYPTION = (bytes.fromhex("fbb3112223bdd211b4b700a0c955fc6e"), bytes.fromhex("148ae6292226174cb935dae07ee9289c"))
EBML = b"\x1aE\xdf\xa3"
SEGMENT = b"\x18S\x80g"
PICTURES = (
    (0, b"\x89PNG\r\n\x1a\n"),
    (0, b"\xff\xd8\xff"),  # JPEG
    (0, b"BM"),
    (0, b"II*\0"),  # TIFF
    (0, b"MM\0*"),
    (0, b"8BPS"),
    (8, b"WEBP"),
    (8, b"heic"),
    (8, b"heix"),
    (8, b"mif1"),
    (8, b"avif"),
    (0, b"\0\0\0\x0cjP  "),  # JPEG 2000
    (0, b"\xff\x0a"),  # JPEG XL
)


def refuse_by_structure(file: MeteredFile) -> bytes:
    """Raise InputError for what the structure alone disqualifies; give the file's first bytes back."""
    head = file.read_at(0, SNIFF_BYTES)
    sniff(head)
    if any(head.startswith(magic, offset) for offset, magic in PICTURES):
        raise InputError("NoMediaError", "This file is a still image. A video or audio file is needed.")
    if head[4:8] in MP4_STARTS:
        _refuse_mp4(file)
    elif head.startswith(ASF):
        if any(guid in head for guid in ASF_ENCRYPTION):
            raise _encrypted()
    elif head.startswith(EBML):
        _refuse_short_matroska(file, head)
    elif head.startswith(b"RIFF") and head[8:12] in (b"AVI ", b"WAVE"):
        (length,) = struct.unpack_from("<I", head, 4)
        # Writers that did not know the length leave nothing or the largest value they could.
        if length < 0x7FFFFF00:
            _refuse_short(file.size, 8 + length, slack=8)
    return head


def truncated() -> InputError:
    return InputError(
        "TruncatedFileError", "The file is shorter than its headers say. It was probably cut off while it was copied."
    )


def _encrypted() -> InputError:
    return InputError("UnsupportedEncryptionError", "The file is protected by DRM and can't be read without its key.")


def _refuse_short(size: int, claimed: int, slack: int) -> None:
    if claimed > size + slack:
        raise truncated()


def _refuse_mp4(file: MeteredFile) -> None:
    """Walk the top-level boxes, then the index. Every box says how long it is, so a cut shows."""
    kinds = set()
    position, count = 0, 0
    while position + 8 <= file.size and count < MAX_BOXES:
        try:
            box = read_header(file.read_at(position, HEADER_MAX), position, _FAR)
        except JoinError:
            break  # rubbish after the last box is common and harmless; before the index, libav will say so
        to_the_end = box.end >= _FAR
        if not to_the_end and box.end > file.size and (box.kind in MP4_STARTS or position == 0):
            raise truncated()
        kinds.add(box.kind)
        if box.kind == b"moov":
            _refuse_index(file, box)
        if to_the_end:
            break
        position, count = box.end, count + 1
    if b"mdat" in kinds and not kinds & {b"moov", b"moof"}:
        raise truncated()


_FAR = 1 << 62  # a limit no box reaches, except one that says it goes on to the end


def _refuse_index(file: MeteredFile, moov: Box) -> None:
    for box in _descend(file, moov):
        if box.kind == b"rmra":
            raise InputError("QuicktimeReferenceError", "This is a QuickTime reference movie: its media lie elsewhere.")
        body = file.read_at(box.body, min(box.end - box.body, STSD_BYTES)) if box.kind in (b"dref", b"stsd") else b""
        if box.kind == b"dref" and not _self_contained(body):
            raise InputError("QuicktimeReferenceError", "The media of this movie lie in another file.")
        if box.kind == b"stsd" and body[12:16] in ENCRYPTED_ENTRIES:
            raise _encrypted()


def _descend(file: MeteredFile, outer: Box) -> Iterator[Box]:
    """The boxes within `outer`, those inside containers too; stops where they make no sense."""
    stack = [(outer.body, outer.end, 0)]
    for _ in range(MAX_BOXES):
        if not stack:
            return
        start, end, depth = stack.pop()
        if start + 8 > end:
            continue
        try:
            box = read_header(file.read_at(start, HEADER_MAX), start, end)
        except JoinError:
            continue
        stack.append((box.end, end, depth))
        yield box
        if box.kind in MP4_CONTAINERS and depth < MAX_DEPTH:
            stack.append((box.body, box.end, depth + 1))


def _self_contained(dref: bytes) -> bool:
    """False if an entry lacks the flag that says "in this same file" (ISO/IEC 14496-12, 8.7.2)."""
    position = 8
    while position + 12 <= len(dref):
        size, _kind, flags = struct.unpack_from(">I4sI", dref, position)
        if not flags & 1:
            return False
        position += max(size, 12)
    return True


def _refuse_short_matroska(file: MeteredFile, head: bytes) -> None:
    """Compare the Segment's length with the file's (RFC 8794, 4 and 5: lengths are VINTs, all ones is unknown)."""
    at = head.find(SEGMENT)
    if at < 0 or len(head) < at + 12 or not head[at + 4]:
        return
    width = 9 - head[at + 4].bit_length()
    length = int.from_bytes(head[at + 4 : at + 4 + width]) & ((1 << 7 * width) - 1)
    if length != (1 << 7 * width) - 1:
        _refuse_short(file.size, at + 4 + width + length, slack=0)
