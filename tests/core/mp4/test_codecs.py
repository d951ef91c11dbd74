"""Codec names must be those that players look up."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest

from stepcoder.mp4.boxes import box, full_box
from stepcoder.mp4.codecs import rfc6381
from stepcoder.mp4.errors import JoinError
from stepcoder.mp4.fragments import FragmentIndex
from stepcoder.mp4.track import Track
from tests.core.mp4.films import Film
from tests.core.mp4.tracks import AUDIO_TRACK, VIDEO_TRACK


def with_entry(track: Track, entry: bytes) -> Track:
    return replace(track, stsd=full_box(b"stsd", 0, 0, struct.pack(">I", 1), entry))


def descriptor(tag: int, body: bytes) -> bytes:
    return bytes([tag, 0x80, 0x80, len(body)]) + body


def audio(object_type: int, config: bytes, flags: int = 0, extra: bytes = b"") -> Track:
    inner = descriptor(4, bytes([object_type]) + bytes(12) + (descriptor(5, config) if config else b""))
    esds = full_box(b"esds", 0, 0, descriptor(3, bytes([0, 2, flags]) + extra + inner))
    return with_entry(AUDIO_TRACK, box(b"mp4a", bytes(28), esds))


def test_names_of_real_tracks(ntsc: Film) -> None:
    assert rfc6381(FragmentIndex.of_file(ntsc.chunks[0]).track) == "avc1.64001f"
    assert rfc6381(FragmentIndex.of_file(ntsc.whole_audio).track) == "mp4a.40.2"


@pytest.mark.parametrize(
    ("track", "name"),
    [
        (with_entry(VIDEO_TRACK, box(b"avc1", bytes(78), box(b"avcC", b"\1\x42\xc0\x1e\xff"))), "avc1.42c01e"),
        (audio(0x40, b"\x2b\x11"), "mp4a.40.5"),
        (audio(0x40, b"\xf9\x46"), "mp4a.40.42"),  # escaped: 31, then 32 + 10
        (audio(0x6B, b""), "mp4a.6b"),  # MP3
        (audio(0x40, b"\x12\x10", 0xE0, b"\0\1\3url\0\2"), "mp4a.40.2"),
        (with_entry(AUDIO_TRACK, box(b"Opus", bytes(28))), "Opus"),
    ],
)
def test_names_of_made_up_tracks(track: Track, name: str) -> None:
    assert rfc6381(track) == name


@pytest.mark.parametrize(
    "track",
    [
        replace(VIDEO_TRACK, stsd=full_box(b"stsd", 0, 0, bytes(4))),
        with_entry(VIDEO_TRACK, box(b"avc1", bytes(78))),
        with_entry(AUDIO_TRACK, box(b"mp4a", bytes(28), full_box(b"esds", 0, 0, b"\4\1\0"))),
        with_entry(AUDIO_TRACK, box(b"mp4a", bytes(28), full_box(b"esds", 0, 0, b"\3"))),
    ],
)
def test_damaged_descriptions_are_refused(track: Track) -> None:
    with pytest.raises(JoinError):
        rfc6381(track)
