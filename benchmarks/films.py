"""The films that are encoded: made once from real footage, the same bytes every time, kept under .cache/benchmarks/."""

from __future__ import annotations

import hashlib
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from stepcoder_local.clips import big_buck_bunny

ROOT = Path(__file__).resolve().parents[1]
CACHE = ROOT / ".cache" / "benchmarks"
FRAME_RATE = 24  # the trailer's own
_REPRODUCIBLE = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1")
# Seconds into the trailer: behind the titles, where something moves.
_ACTION = 8


@dataclass(frozen=True)
class Recipe:
    """A film of so many seconds; `inputs` are ffmpeg's options before the trailer, `options` those after it."""

    name: str
    seconds: int
    inputs: tuple[str, ...]
    options: tuple[str, ...]


def feature(seconds: int) -> Recipe:
    """1080p, about 6 Mb/s, a keyframe every 250 frames: the trailer over and over, enlarged, with a still grain.

    The grain (the same in every frame) stands for the detail that enlarging can't give: without it the picture is
    softer than any camera's and much too easy to encode.
    """
    return Recipe(
        name=f"feature-{seconds}s",
        seconds=seconds,
        # A short film starts behind the titles.
        inputs=("-stream_loop", "-1") if seconds > 40 else ("-ss", str(_ACTION)),
        options=(
            *("-vf", "scale=1920:1080:flags=bicubic,noise=c0s=4:c0f=u:all_seed=1"),
            *("-c:v", "libx264", "-preset", "veryfast", "-b:v", "6M", "-g", "250", "-threads", "2"),
            *("-c:a", "aac", "-b:a", "160k", "-ar", "48000"),
        ),
    )


def short_clip(seconds: int) -> Recipe:
    """A piece of the trailer in its own size, 1280x720."""
    return Recipe(
        name=f"short-{seconds}s",
        seconds=seconds,
        inputs=("-ss", str(_ACTION)),
        options=("-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-threads", "2", "-c:a", "aac"),
    )


def make(recipe: Recipe, ffmpeg: str) -> Path:
    """The finished film; made when it isn't there. Its name changes with the recipe and with ffmpeg."""
    path = CACHE / f"{recipe.name}-{fingerprint(recipe, ffmpeg)}.mp4"
    if path.exists():
        return path
    trailer = big_buck_bunny(ROOT / ".cache")
    CACHE.mkdir(parents=True, exist_ok=True)
    print(f"Making {path.name} …", flush=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix=".making-") as directory:
        draft = Path(directory) / "film.mp4"
        command = [ffmpeg, "-v", "error", "-nostdin", "-y", *recipe.inputs, "-i", str(trailer)]
        subprocess.run([*command, "-t", str(recipe.seconds), *recipe.options, *_REPRODUCIBLE, str(draft)], check=True)
        draft.replace(path)
    return path


def fingerprint(recipe: Recipe, ffmpeg: str) -> str:
    """Changes with whatever changes the film."""
    parts = [Path(ffmpeg).name, str(recipe.seconds), *recipe.inputs, *recipe.options, *_REPRODUCIBLE]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def repeat(film: Path, target: Path, size_bytes: int, ffmpeg: str) -> None:
    """The film over and over by stream copy until the file has about `size_bytes`: a real film of any size, at once."""
    command = [ffmpeg, "-v", "error", "-nostdin", "-y", "-stream_loop", "-1", "-i", str(film), "-c", "copy"]
    subprocess.run([*command, "-fs", str(size_bytes), str(target)], check=True)
