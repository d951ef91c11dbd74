"""Names of resolutions (videosdk-encoder-api 4.2): what each is in pixels of the shorter side. Pure."""

from __future__ import annotations

import re

LARGEST = 4320
_SMALLEST = 64
_NAMED = {"4k": 2160}

ALLOWED = f"240, 360, 480, 720, 1080, 1440, 4k (or 2160), or another even number from {_SMALLEST} to {LARGEST}"


def short_side(name: object) -> int | None:
    """Pixels, for a name in whatever case or a bare number; None for anything else."""
    if isinstance(name, bool) or not isinstance(name, str | int):
        return None
    text = str(name).strip().lower()
    pixels = _NAMED.get(text) or (int(text) if re.fullmatch("[1-9][0-9]{1,3}", text) else 0)
    return pixels if _SMALLEST <= pixels <= LARGEST and pixels % 2 == 0 else None
