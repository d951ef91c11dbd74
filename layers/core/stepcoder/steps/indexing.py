"""The fragment index of a file just encoded."""

from __future__ import annotations

from pathlib import Path

from stepcoder.mp4.fragments import FragmentIndex


def index_file(path: Path) -> FragmentIndex | None:
    """The file's fragments; None when nothing was encoded (a chunk behind the film's real end)."""
    if not path.exists() or not path.stat().st_size:
        return None
    index = FragmentIndex.of_file(path)
    return index if len(index.samples) else None
