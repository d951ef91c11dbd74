"""Still pictures for the tests, of one colour each."""

from __future__ import annotations

import subprocess

from tests.clips.cache import ffmpeg


def png(colour: str = "red", size: str = "20x10") -> bytes:
    """A PNG of 8-bit RGBA."""
    argv = [ffmpeg(), "-v", "error", "-f", "lavfi", "-i", f"color=c={colour}:s={size},format=rgba", "-frames:v", "1"]
    argv += ["-c:v", "png", "-f", "image2pipe", "-"]
    return subprocess.run(argv, capture_output=True, check=True, timeout=20).stdout
