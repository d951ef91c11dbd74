"""Makes a clip from its recipe, once, and keeps it under `.cache/clips/`. Which clips there are is registry.py."""

from __future__ import annotations

import hashlib
import inspect
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import imageio_ffmpeg

from tests.clips.recipes import Recipe

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "clips"
TIME_LIMIT = 120  # seconds for one ffmpeg run
# Nothing in a clip may depend on the moment or the machine it was made on.
REPRODUCIBLE = ("-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact", "-map_metadata", "-1")


def ffmpeg() -> str:
    """Path of the pinned ffmpeg."""
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def fingerprint(name: str, recipes: Mapping[str, Recipe]) -> str:
    """Changes whenever the recipe, the clip it builds on, or the ffmpeg build changes."""
    recipe = recipes[name]
    parts = [Path(ffmpeg()).name, *REPRODUCIBLE, *recipe.arguments, recipe.extension]
    if recipe.base:
        parts.append(fingerprint(recipe.base, recipes))
    if recipe.edit:
        module = inspect.getmodule(recipe.edit)
        parts += [recipe.edit.__name__, inspect.getsource(module) if module else ""]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def ensure(name: str, recipes: Mapping[str, Recipe]) -> Path:
    """Path of the finished clip; makes it when it isn't there. Safe when several test runs do so at once."""
    recipe = recipes[name]
    path = CACHE / f"{name}-{fingerprint(name, recipes)}.{recipe.extension}"
    if path.exists():
        return path
    base = ensure(recipe.base, recipes) if recipe.base else None
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE, prefix=".making-") as directory:
        draft = Path(directory) / f"clip.{recipe.extension}"
        _make(recipe, base, draft)
        draft.replace(path)
    return path


def _make(recipe: Recipe, base: Path | None, draft: Path) -> None:
    if recipe.arguments:
        _run_ffmpeg(recipe, base, draft)
    if recipe.edit:
        before = draft if draft.exists() else base
        draft.write_bytes(recipe.edit(before.read_bytes() if before else b""))


def _run_ffmpeg(recipe: Recipe, base: Path | None, draft: Path) -> None:
    arguments = [str(base) if argument == "{base}" else argument for argument in recipe.arguments]
    command = [ffmpeg(), "-v", "error", "-nostdin", "-y", *arguments, *REPRODUCIBLE, str(draft)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
    if run.returncode:
        raise RuntimeError(f"making {draft.name} failed: {' '.join(command)}\n{run.stderr}")
