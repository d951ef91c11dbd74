"""Runs planned commands on real files as a worker does, and looks at what came out. No tests here."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av

from stepcoder.commands.video_chunk import Encode, encode_chunk
from stepcoder.media import MediaInfo
from stepcoder.plan.bits import share_out
from stepcoder.plan.model import Chunk, Ladder, Plan
from stepcoder.probe import probe
from stepcoder.range_reader import RangeReader
from stepcoder.steps.first_pass import measure
from tests.clips.cache import ffmpeg as ffmpeg_path
from tests.core.plan.films import plan

RGB = tuple[int, int, int]
COLOURS: dict[str, RGB] = {
    "red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0), "black": (0, 0, 0),
}  # fmt: skip


def ffmpeg(*arguments: str) -> bytes:
    """What a plain run writes to standard output."""
    command = [ffmpeg_path(), "-v", "error", "-nostdin", "-y", *arguments]
    return subprocess.run(command, capture_output=True, timeout=60, check=True).stdout


def run(argv: list[str]) -> str:
    """A planned command; returns what it warned about."""
    return subprocess.run([ffmpeg_path(), *argv], capture_output=True, text=True, timeout=60, check=True).stderr


@contextmanager
def served(path: Path) -> Iterator[str]:
    with RangeReader() as reader:
        yield reader.serve_file(path)


def media_of(path: Path) -> MediaInfo:
    with path.open("rb") as file:
        return probe(file, size=path.stat().st_size)


def planned(path: Path, *outputs: dict[str, Any], **capacity: Any) -> Plan:
    """The plan for a file, encoded fast unless the output says otherwise."""
    return plan(*({"speed": 5, **output} for output in outputs), source=media_of(path), **capacity)


def encode(
    path: Path, made: Plan, directory: Path, chunk: Chunk | None = None, images: Mapping[str, Path] | None = None
) -> dict[str, Path]:
    """One chunk (the first) of each ladder in one pass; the file of each rendition."""
    files: dict[str, Path] = {}
    with served(path) as url:
        for ladder in made.ladders:
            encodes = [
                Encode(rendition=made.rendition(name), path=directory / f"{name}.mp4") for name in ladder.renditions
            ]
            files |= {each.rendition.id: each.path for each in encodes}
            stretch = chunk or ladder.chunks[0]
            run(
                encode_chunk(
                    url,
                    ladder.timeline,
                    stretch,
                    encodes,
                    pre_roll=None,
                    deinterlace=ladder.deinterlace,
                    images=images,
                )
            )
    return files


def encode_in_two_passes(path: Path, made: Plan, ladder: Ladder, directory: Path) -> list[Path]:
    """Every chunk of a ladder of one rendition, its bits shared out."""
    rendition = made.rendition(ladder.renditions[0])
    encodes = [
        Encode(rendition=rendition, path=Path("-"), passlog=directory / f"{chunk.index}", pass_number=1)
        for chunk in ladder.chunks
    ]
    with served(path) as url:
        for chunk, first in zip(ladder.chunks, encodes, strict=True):
            run(encode_chunk(url, ladder.timeline, chunk, [first], pre_roll=None))
        measured = [measure(directory, f"{chunk.index}") for chunk in ladder.chunks]
        shares = share_out(rendition.rate_control, measured, ladder.timeline.frame_rate)
        assert shares is not None
        files = []
        for chunk, first, kbps in zip(ladder.chunks, encodes, shares, strict=True):
            out = directory / f"{chunk.index}.mp4"
            second = first.model_copy(update={"path": out, "pass_number": 2, "bitrate_kbps": kbps})
            run(encode_chunk(url, ladder.timeline, chunk, [second], pre_roll=None))
            files.append(out)
    return files


class Picture:
    """One picture's pixels."""

    def __init__(self, path: Path) -> None:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            self.width, self.height = stream.codec_context.width, stream.codec_context.height
        self._pixels = ffmpeg("-i", str(path), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-")
        assert len(self._pixels) == 3 * self.width * self.height

    def colour(self, x: float, y: float) -> str:
        """The nearest named colour at a point given in parts of the width and height."""
        at = 3 * (int(y * self.height) * self.width + int(x * self.width))
        pixel = self._pixels[at : at + 3]
        return min(COLOURS, key=lambda name: sum((a - b) ** 2 for a, b in zip(pixel, COLOURS[name], strict=True)))

    def tones(self) -> set[bytes]:
        """The colours of the line across the middle."""
        start = 3 * self.width * (self.height // 2)
        return {self._pixels[at : at + 3] for at in range(start, start + 3 * self.width, 3)}


def keyframes(path: Path, rate: float) -> list[int]:
    """Numbers of the keyframes on the film's grid."""
    return [number for number, _, key in packets(path, rate) if key]


def packets(path: Path, rate: float) -> list[tuple[int, int, bool]]:
    """Frame number on the film's grid, bytes and keyframe flag of each packet, in order of decoding."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        found = [packet for packet in container.demux(stream) if packet.size]
        return [(round(float(each.pts * each.time_base) * rate), each.size, each.is_keyframe) for each in found]


def x264_settings(path: Path) -> dict[str, str]:
    """What x264 says of itself in the first frame: ref, bframes, keyint, rc, …"""
    found = re.search(rb"options: ([\x20-\x7e]+)", path.read_bytes())
    assert found is not None
    return dict(part.split("=", 1) for part in found[1].decode().split() if "=" in part)


def declared(path: Path) -> tuple[int, int]:
    """profile_idc and level_idc of the decoder configuration."""
    record = path.read_bytes().partition(b"avcC")[2]
    return record[1], record[3]
