"""How a test source is described: arguments for the pinned ffmpeg, or a byte edit. Making them is cache.py.

Every film shows testsrc2 with a bar code of the frame's number along the bottom edge (frame_numbers.py reads it back),
so each frame differs from all others even after lossy coding. The sound is a rising tone, so a gap or a repeat shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

WIDTH, HEIGHT = 320, 180
BITS = 16  # of the frame number; one block of the bar code each, lowest bit on the left
BAR_HEIGHT = 16
NTSC = Fraction(1001, 1000)

STEREO = "0.4*sin(2*PI*(200*t+25*t*t))|0.4*sin(2*PI*(900*t-12*t*t))"
MONO = "0.4*sin(2*PI*(200*t+25*t*t))"
SURROUND = "|".join(f"0.3*sin(2*PI*({base}*t+20*t*t))" for base in (200, 300, 400, 60, 500, 600))

X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p", "-threads", "2")
AAC = ("-c:a", "aac", "-b:a", "96k")


@dataclass(frozen=True)
class Recipe:
    """`arguments` follow `ffmpeg -y`; "{base}" becomes the path of the clip `base`, the output path is appended.

    `edit` then rewrites the bytes: of what ffmpeg wrote, or of the base when there are no arguments, or of nothing.
    """

    extension: str
    arguments: tuple[str, ...] = ()
    base: str | None = None
    edit: Callable[[bytes], bytes] | None = None


def picture(rate: Fraction, frames: int, *, size: str = f"{WIDTH}x{HEIGHT}", then: str = "", under: str = "") -> str:
    """A filter graph for `-f lavfi`: `under` treats the picture below the bar code, `then` the finished picture."""
    source = f"r={rate.numerator}/{rate.denominator}"
    number = f"color=c=black:s={BITS}x2:{source},format=gray,geq=lum='255*mod(floor(N/pow(2,X)),2)'"
    width, height = (int(side) for side in size.split("x"))
    bar = f"scale={width}:{BAR_HEIGHT}:flags=neighbor,format=yuv420p"
    # The picture may run at a multiple of the rate (fields); the bar code is laid over afterwards.
    below = under or f"testsrc2=s={size}:{source}"
    joined = f"[p][n]overlay=0:{height - BAR_HEIGHT},trim=end_frame={frames}"
    return f"{below}[p];{number},{bar}[n];{joined}{',' + then if then else ''}"


def sound(seconds: Fraction, voices: str = STEREO, rate: int = 48000) -> str:
    samples = int(seconds * rate)
    return f"aevalsrc=exprs={voices}:s={rate}:c={_layout(voices)},atrim=end_sample={samples}"


def _layout(voices: str) -> str:
    return {1: "mono", 2: "stereo", 6: "5.1"}[voices.count("|") + 1]


def film(
    rate: Fraction,
    frames: int,
    *output: str,
    video: tuple[str, ...] = X264,
    audio: tuple[str, ...] = AAC,
    voices: str = STEREO,
    then: str = "",
    under: str = "",
    video_delay: str = "0",
) -> tuple[str, ...]:
    """Arguments for a film of `frames` at `rate`, with sound as long as the picture (none when `audio` is empty)."""
    arguments = ["-itsoffset", video_delay, "-f", "lavfi", "-i", picture(rate, frames, then=then, under=under)]
    if audio:
        arguments += ["-f", "lavfi", "-i", sound(frames / rate, voices)]
    # passthrough: frames keep the times the graph gave them; nothing is dropped or doubled.
    return (*arguments, "-fps_mode", "passthrough", *video, *audio, *output)
