"""Keyframes and segments in whole frames of the output rate (zencoder-api 3.7, 3.19). Pure."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

from stepcoder.media import Frozen
from stepcoder.plan.rendition import Keyframes

DEFAULT_MAX_GOP = 250


class WantedKeyframes(Frozen):
    """Keyframe settings after precedence: an interval in frames has already won over a rate per second."""

    interval: int | None = None  # frames
    rate: Fraction | None = None  # keyframes per second
    forced_interval: int | None = None  # frames
    forced_rate: Fraction | None = None  # keyframes per second
    fixed: bool = False


def decide_keyframes(
    wanted: WantedKeyframes, frame_rate: Fraction, segment_seconds: Fraction | None
) -> tuple[Keyframes, int | None]:
    """Keyframe rule and, when segmented, the segment's length in frames.

    A segment is a whole number of GOPs: where the two settings disagree the segment yields, rounded to the
    nearest multiple (never under one GOP).
    """
    gop = wanted.interval or _per_second(wanted.rate, frame_rate)
    forced = wanted.forced_interval or _per_second(wanted.forced_rate, frame_rate)
    if segment_seconds is None:
        gop = gop or DEFAULT_MAX_GOP
        # Fixed and forced together: forced positions must be keyframes too, so they are the grid.
        return Keyframes(
            max_gop=forced if wanted.fixed and forced else gop, fixed=wanted.fixed, forced_every=forced
        ), None
    segment = max(1, round(segment_seconds * frame_rate))
    grid = forced or (gop if wanted.fixed else None)
    if grid:
        segment = max(1, round(Fraction(segment, grid))) * grid
    elif wanted.fixed:
        # No interval asked: as many equal GOPs as the default maximum makes of a segment.
        gops = ceil(Fraction(segment, DEFAULT_MAX_GOP))
        grid = max(1, round(Fraction(segment, gops)))
        segment = gops * grid
    gop = min(gop or DEFAULT_MAX_GOP, segment)
    if wanted.fixed:
        return Keyframes(max_gop=grid or gop, fixed=True, forced_every=forced), segment
    return Keyframes(max_gop=gop, fixed=False, forced_every=forced or segment), segment


def _per_second(rate: Fraction | None, frame_rate: Fraction) -> int | None:
    return max(1, round(frame_rate / rate)) if rate else None
