"""Where in the output bucket the files of a job lie, by the names drawn for them. Pure."""

from __future__ import annotations

PLAYLIST = "index.m3u8"
IMAGES = "encoded/images/"


def video_key(name: str) -> str:
    """The folder of a playlist; with .mp4 behind it, a file."""
    return f"encoded/videos/{name}"


def image_key(name: str, extension: str) -> str:
    """Where the pipeline puts the only still of a set."""
    return f"{IMAGES}{name}_0000.{extension}"
