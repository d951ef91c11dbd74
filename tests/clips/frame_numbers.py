"""Reads the bar code back: which source frame each frame of a file shows. For tests of frame exactness."""

from __future__ import annotations

import subprocess
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from tests.clips.cache import TIME_LIMIT, ffmpeg
from tests.clips.recipes import BAR_HEIGHT, BITS, HEIGHT


def frame_numbers(path: Path | str, *input_arguments: str, then: str = "") -> list[int]:
    """The number in the bar code of every decoded frame, in presentation order.

    Works for any size the whole picture was scaled to, not after cropping or padding. `input_arguments` precede `-i`
    (`-noautorotate` for turned files); `then` is a filter applied before reading, such as `fps=25`.
    """
    bar = f"crop=iw:ih*{BAR_HEIGHT}/{HEIGHT}:0:ih-oh,scale={BITS}:1:flags=area,format=gray"
    filters = f"{then},{bar}" if then else bar
    command = [ffmpeg(), "-v", "error", "-nostdin", *input_arguments, "-i", str(path), "-map", "0:v:0"]
    command += ["-vf", filters, "-fps_mode", "passthrough", "-f", "rawvideo", "-"]
    pixels = subprocess.run(command, capture_output=True, timeout=TIME_LIMIT, check=True).stdout
    return [_number(pixels[at : at + BITS]) for at in range(0, len(pixels), BITS)]


def _number(blocks: bytes) -> int:
    return sum(1 << bit for bit, level in enumerate(blocks) if level > 127)


def decoded_times(path: Path | str, stream: str = "v:0") -> list[Fraction]:
    """Presentation times in seconds, in source timestamps, of what ffmpeg decodes: a second opinion on a probe."""
    return [start for start, _ in _frames(path, stream)]


def decoded_end(path: Path | str, stream: str = "v:0") -> Fraction:
    """Presentation end in seconds, in source timestamps, of the last thing ffmpeg decodes."""
    start, length = _frames(path, stream)[-1]
    return start + length


@lru_cache(maxsize=256)
def _frames(path: Path | str, stream: str) -> list[tuple[Fraction, Fraction]]:
    command = [ffmpeg(), "-v", "error", "-nostdin", "-copyts", "-i", str(path), "-map", f"0:{stream}"]
    command += ["-fps_mode", "passthrough", "-enc_time_base", "demux", "-f", "framemd5", "-"]
    lines = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT, check=True).stdout.splitlines()
    base = Fraction(next(line.split(":", 1)[1].strip() for line in lines if line.startswith("#tb 0")))
    rows = [line.split(",") for line in lines if line and not line.startswith("#")]
    return [(int(row[2]) * base, int(row[3]) * base) for row in rows]
