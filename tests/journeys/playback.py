"""What a player does with delivered files: reads playlists, decodes segments, looks where the index is."""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

import av


@dataclass(frozen=True)
class MediaPlaylist:
    """The tags that matter, as a player reads them. Durations in seconds."""

    target: int
    durations: list[float]
    files: list[str]
    init: str | None
    ended: bool


def media_playlist(text: str) -> MediaPlaylist:
    lines = text.splitlines()
    assert lines[0] == "#EXTM3U"
    value = {line.partition(":")[0]: line.partition(":")[2] for line in lines if line.startswith("#")}
    return MediaPlaylist(
        target=int(value["#EXT-X-TARGETDURATION"]),
        durations=[float(line[8:].rstrip(",")) for line in lines if line.startswith("#EXTINF:")],
        files=[line for line in lines if line and not line.startswith("#")],
        init=value["#EXT-X-MAP"].split('"')[1] if "#EXT-X-MAP" in value else None,
        ended="#EXT-X-ENDLIST" in lines,
    )


@dataclass(frozen=True)
class Decoded:
    """What came out of a file: frames, samples per channel, the frame size, whether it began with a keyframe."""

    frames: int
    samples: int
    size: tuple[int, int] | None
    begins_with_keyframe: bool


def decode(data: bytes) -> Decoded:
    """Decode everything. Raises what PyAV raises for broken data."""
    frames, samples, size, first = 0, 0, None, None
    with av.open(io.BytesIO(data)) as container:
        for packet in container.demux():
            if packet.stream.type == "video" and packet.size and first is None:
                first = packet.is_keyframe
            for frame in packet.decode():
                if packet.stream.type == "video":
                    frames, size = frames + 1, (frame.width, frame.height)
                elif packet.stream.type == "audio":
                    samples += frame.samples
    return Decoded(frames, samples, size, bool(first))


def pixel(data: bytes, x: int, y: int) -> tuple[int, int, int]:
    """Red, green and blue of a place in the first frame."""
    with av.open(io.BytesIO(data)) as container:
        plane = next(container.decode(video=0)).reformat(format="rgb24").planes[0]
    red, green, blue = bytes(plane)[y * plane.line_size + 3 * x :][:3]
    return red, green, blue


def box_names(data: bytes) -> list[str]:
    """Top-level boxes of an MP4, in order."""
    names, at = [], 0
    while at + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, at + 8)
        names.append(name.decode("latin-1"))
        at += size or len(data)
    return names
