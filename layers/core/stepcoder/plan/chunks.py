"""Cutting the output timeline into chunks, in whole frames. Pure."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from stepcoder.media import Frozen
from stepcoder.plan.model import Chunk, Timeline

LONG_SOURCE_SECONDS = 600
SHORT_CHUNK_SECONDS = 12
LONG_CHUNK_SECONDS = 20
SLOW_CHUNK_SECONDS = 30
# A grid coarser than this is not worth keeping whole: keyframes and joins count frames of the film, not of chunks.
_COARSEST_GRID_SECONDS = 30


class ChunkLength(Frozen):
    """Bounds on a chunk: the wish, and what keeps a task well inside its time limit."""

    target_seconds: Fraction
    longest_seconds: Fraction


def wished_length(duration_seconds: Fraction, slow: bool) -> Fraction:
    """10–12 s for sources under ten minutes, 20 s for longer ones, 30 s for slow encodes of long ones (design 3)."""
    if duration_seconds < LONG_SOURCE_SECONDS:
        return Fraction(SHORT_CHUNK_SECONDS)
    return Fraction(SLOW_CHUNK_SECONDS if slow else LONG_CHUNK_SECONDS)


def common_grid(units: list[int], frame_rate: Fraction) -> int | None:
    """Frames in which every rendition's segments (or fixed GOPs) come out whole; None when too coarse to keep."""
    grid = lcm(*units) if units else 1
    return grid if grid <= _COARSEST_GRID_SECONDS * frame_rate else None


def cut(timeline: Timeline, grid: int, length: ChunkLength, *, whole: bool = False) -> tuple[Chunk, ...]:
    """Chunks covering the timeline, each a whole number of `grid` frames but the last.

    A last stretch under half a chunk joins its neighbour: a task costs more to start than that to encode. The last
    chunk of an unclipped timeline is left open, since only decoding tells where the film really ends.
    """
    rate, count = timeline.frame_rate, timeline.frame_count
    longest = max(grid, int(length.longest_seconds * rate) // grid * grid)
    size = min(longest, max(grid, round(length.target_seconds * rate / grid) * grid))
    starts = [0] if whole else list(range(0, max(1, count), size))
    if len(starts) > 1 and count - starts[-1] < size / 2 and count - starts[-2] <= longest:
        starts.pop()
    last_end = count if timeline.clipped else None
    ends = [*starts[1:], last_end]
    return tuple(
        Chunk(index=index, start=start, end=end) for index, (start, end) in enumerate(zip(starts, ends, strict=True))
    )
