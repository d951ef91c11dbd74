"""Recipes of sources that are cut, lying, hostile or not media at all, and the byte edits that make them so."""

from __future__ import annotations

import struct
import zlib
from fractions import Fraction

from tests.clips.recipes import Recipe, film

PAL = Fraction(25)


def empty(_: bytes) -> bytes:
    return b""


def html(_: bytes) -> bytes:
    return b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in.</body></html>\n" * 20


def noise(_: bytes) -> bytes:
    state, out = 1, bytearray()
    for _index in range(50_000):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(state >> 16 & 0xFF)
    return bytes(out)


def playlist_of_local_file(_: bytes) -> bytes:
    return b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"


def playlist_of_metadata_service(_: bytes) -> bytes:
    return (
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n"
        b"http://169.254.169.254/latest/meta-data/iam/security-credentials/\n#EXT-X-ENDLIST\n"
    )


def concat_script(_: bytes) -> bytes:
    return b"ffconcat version 1.0\nfile '/etc/passwd'\n"


def dash_manifest(_: bytes) -> bytes:
    return (
        b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        b'mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="video/mp4">'
        b'<Representation id="1" bandwidth="9"><BaseURL>file:///etc/passwd</BaseURL></Representation>'
        b"</AdaptationSet></Period></MPD>"
    )


def session_description(_: bytes) -> bytes:
    return (
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
        b"m=video 9 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\n"
    )


def without_tail(data: bytes) -> bytes:
    """Two thirds of the file. With the index at the end the index is gone; with it in front, the last frames are."""
    return data[: len(data) * 2 // 3]


def header_only(data: bytes) -> bytes:
    """The index says 12 s; not one sample is there."""
    return data[: data.index(b"mdat") + 4]


def lying_duration(data: bytes) -> bytes:
    """Every header says the film runs 100 times as long as its samples do."""
    out = bytearray(data)
    for kind, offset in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20)):
        for position in _positions(data, kind):
            (ticks,) = struct.unpack_from(">I", data, position + offset)
            struct.pack_into(">I", out, position + offset, min(ticks * 100, 0xFFFFFFFE))
    return bytes(out)


def external_data_reference(data: bytes) -> bytes:
    """The video track's samples are said to lie in another file. The index must be the file's last box."""
    at = _positions(data, b"url ")[0] - 4
    location = b"file:///etc/passwd\0"
    longer = len(location)
    out = bytearray(data[: at + 11] + b"\0" + location + data[at + 12 :])  # flags 0: not in this file
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"dinf", b"dref"):
        _grow(out, data, kind, before=at, by=longer)
    struct.pack_into(">I", out, at, 12 + longer)
    return bytes(out)


def _grow(out: bytearray, data: bytes, kind: bytes, before: int, by: int) -> None:
    position = max(place for place in _positions(data, kind) if place < before) - 4
    struct.pack_into(">I", out, position, struct.unpack_from(">I", data, position)[0] + by)


def _positions(data: bytes, kind: bytes) -> list[int]:
    places, at = [], data.find(kind)
    while at >= 0:
        places.append(at)
        at = data.find(kind, at + 4)
    return places


def reference_movie(_: bytes) -> bytes:
    """QuickTime's movie of movies: only a pointer to another file."""
    pointer = b"\0\0\0\0url " + struct.pack(">I", 26) + b"http://127.0.0.1/film.mov\0"
    return _box(b"ftyp", b"qt  \0\0\0\0qt  ") + _box(b"moov", _box(b"rmra", _box(b"rmda", _box(b"rdrf", pointer))))


def _box(kind: bytes, payload: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(payload), kind) + payload


def endless_boxes(_: bytes) -> bytes:
    """A moov made of boxes nested 5,000 deep."""
    inner = b""
    for _depth in range(5000):
        inner = _box(b"trak", inner)
    return _box(b"ftyp", b"isom\0\0\0\0isom") + _box(b"moov", inner)


def picture_bomb(_: bytes) -> bytes:
    """A small PNG that claims 100,000 x 100,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1 << 20))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def scrambled_payload(data: bytes) -> bytes:
    """A good index over samples that are all zero."""
    start = data.index(b"mdat") + 4
    (size,) = struct.unpack_from(">I", data, start - 8)
    return data[:start] + bytes(size - 8) + data[start - 8 + size :]


def unknown_codec(data: bytes) -> bytes:
    """Video in a codec nobody has (`xyzw`)."""
    return data.replace(b"avc1", b"xyzw").replace(b"avcC", b"xyzC")


COMMON_ENCRYPTION = (
    *("-encryption_scheme", "cenc-aes-ctr"),
    *("-encryption_key", "00112233445566778899aabbccddeeff"),
    *("-encryption_kid", "ffeeddccbbaa99887766554433221100"),
)
TEN_VOICES = "|".join(f"0.1*sin(2*PI*{pitch}*t)" for pitch in range(200, 1200, 100))

BROKEN = {
    "truncated_no_index": Recipe("mp4", base="cfr_2997", edit=without_tail),
    "truncated_payload": Recipe("mp4", base="cfr_25", edit=without_tail),
    "header_only": Recipe("mp4", base="cfr_25", edit=header_only),
    "truncated_mkv": Recipe("mkv", base="mkv", edit=without_tail),
    "truncated_avi": Recipe("avi", base="avi", edit=without_tail),
    "truncated_ts": Recipe("ts", base="h264_ts", edit=without_tail),
    "scrambled_payload": Recipe("mp4", base="cfr_25", edit=scrambled_payload),
    "lying_duration": Recipe("mp4", base="cfr_25", edit=lying_duration),
    "unknown_codec": Recipe("mp4", base="no_audio", edit=unknown_codec),
    "external_data": Recipe("mp4", base="cfr_2997", edit=external_data_reference),
    "reference_movie": Recipe("mov", edit=reference_movie),
    "endless_boxes": Recipe("mp4", edit=endless_boxes),
    "encrypted": Recipe("mp4", ("-i", "{base}", "-c", "copy", *COMMON_ENCRYPTION), base="cfr_25"),
    "absurd_dimensions": Recipe(
        "avi", ("-f", "lavfi", "-i", "color=c=gray:s=20000x32:r=25", "-frames:v", "25", "-c:v", "mjpeg", "-q:v", "31")
    ),
    "picture_bomb": Recipe("png", edit=picture_bomb),
    "thousand_frames_a_second": Recipe("mp4", film(Fraction(2000), 4000, "-video_track_timescale", "2000")),
    "ten_channels": Recipe("wav", ("-f", "lavfi", "-i", f"aevalsrc=exprs={TEN_VOICES}:d=2", "-c:a", "pcm_s16le")),
    "empty": Recipe("mp4", edit=empty),
    "html": Recipe("html", edit=html),
    "noise": Recipe("mp4", edit=noise),
    "playlist_of_local_file": Recipe("m3u8", edit=playlist_of_local_file),
    "playlist_of_metadata_service": Recipe("m3u8", edit=playlist_of_metadata_service),
    "concat_script": Recipe("ffconcat", edit=concat_script),
    "dash_manifest": Recipe("mpd", edit=dash_manifest),
    "session_description": Recipe("sdp", edit=session_description),
}
