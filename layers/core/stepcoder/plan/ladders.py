"""Which renditions share one decode of each chunk, in what order, cut where. Pure.

One process per chunk for the whole ladder costs a third less than one per rendition (encoding.md B.1), so renditions
share wherever their frame grids allow; only a rendition heavy enough to set the pace alone gets its own tasks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from stepcoder.media import Frozen
from stepcoder.plan.chunks import ChunkLength, common_grid, cut, wished_length
from stepcoder.plan.cost import chunk_seconds, threads_for
from stepcoder.plan.model import Capacity, Deinterlace, Ladder, Timeline
from stepcoder.plan.rendition import VideoRendition
from stepcoder.plan.video import SLOW_PRESETS

# Above this a rendition fills a worker by itself and would hold up the smaller ones (design 3: 4K gets its own task).
_ALONE_ABOVE_PIXELS = 2560 * 1440
# A task may use this share of its time limit by estimate; the rest is for slow machines and retries with pre-roll.
_TIME_SHARE = Fraction(1, 3)


class Candidate(Frozen):
    """A rendition with what its grouping depends on."""

    rendition: VideoRendition
    timeline: Timeline
    segment_frames: int | None = None
    deinterlace: Deinterlace = None
    seekable: bool = True

    @property
    def unit(self) -> int:
        """Frames a chunk should be a multiple of: segments, else GOPs."""
        return self.segment_frames or self.gop

    @property
    def gop(self) -> int:
        """Frames between keyframes that must be where they are; 1 where none must."""
        keys = self.rendition.keyframes
        return (keys.max_gop if keys.fixed else keys.forced_every) or 1

    @property
    def whole(self) -> bool:
        """True when it must not be cut: a bitrate in one pass needs the whole film; so do untrusted sources."""
        control = self.rendition.rate_control
        return not self.seekable or (control.mode == "bitrate" and control.one_pass)


def build_ladders(candidates: Sequence[Candidate], capacity: Capacity) -> tuple[Ladder, ...]:
    """Ladders with their chunks, renditions largest first."""
    groups: dict[tuple[object, ...], list[Candidate]] = {}
    for candidate in candidates:
        groups.setdefault(_together(candidate), []).append(candidate)
    split = [part for group in groups.values() for part in _by_grid(group)]
    return tuple(_ladder(f"l{index}", group, capacity) for index, group in enumerate(split))


def _together(candidate: Candidate) -> tuple[object, ...]:
    frame = candidate.rendition.geometry.frame
    alone = candidate.whole or frame.width * frame.height > _ALONE_ABOVE_PIXELS
    return (
        candidate.timeline,
        candidate.deinterlace,
        candidate.rendition.needs_analysis,
        candidate.rendition.id if alone else None,
    )


def _by_grid(group: list[Candidate]) -> Iterable[list[Candidate]]:
    """One group while segments have a common multiple worth keeping, else one per unit."""
    units = sorted({candidate.unit for candidate in group})
    if common_grid(units, group[0].timeline.frame_rate) is not None:
        return [group]
    return [[candidate for candidate in group if candidate.unit == unit] for unit in units]


def _ladder(name: str, group: list[Candidate], capacity: Capacity) -> Ladder:
    first = group[0]
    timeline = first.timeline
    ordered = sorted((c.rendition for c in group), key=_pixels, reverse=True)
    slow = any(rendition.h264.preset in SLOW_PRESETS for rendition in ordered)
    duration = timeline.frame_count / timeline.frame_rate
    per_second = chunk_seconds(ordered, timeline.frame_rate, Fraction(1), capacity)
    longest = max(Fraction(1), capacity.time_limit_seconds * _TIME_SHARE / max(per_second, Fraction(1, 1000)))
    grid = _grid(group, timeline.frame_rate, longest)
    length = ChunkLength(target_seconds=min(wished_length(duration, slow), longest), longest_seconds=longest)
    chunks = cut(timeline, grid, length, whole=any(c.whole for c in group))
    return Ladder(
        id=name,
        renditions=tuple(rendition.id for rendition in ordered),
        timeline=timeline,
        chunks=chunks,
        deinterlace=first.deinterlace,
        # One chunk needs no sharing out: its task makes both passes itself.
        analyse=ordered[0].needs_analysis and len(chunks) > 1,
    )


def _grid(group: Sequence[Candidate], frame_rate: Fraction, longest_seconds: Fraction) -> int:
    """Whole segments, else whole GOPs, else single frames: the first that leaves a task inside its time limit."""
    for units in ({candidate.unit for candidate in group}, {candidate.gop for candidate in group}):
        grid = common_grid(sorted(units), frame_rate)
        if grid is not None and grid <= longest_seconds * frame_rate:
            return grid
    return 1


def share_threads(
    renditions: Sequence[VideoRendition], ladders: Sequence[Ladder], capacity: Capacity
) -> tuple[VideoRendition, ...]:
    """The renditions with their x264 threads: those of one ladder share a worker, each by its pixels."""
    by_id = {rendition.id: rendition for rendition in renditions}
    threads: dict[str, int] = {}
    for ladder in ladders:
        frames = [by_id[name].geometry.frame for name in ladder.renditions]
        threads |= {
            name: threads_for(frame, frames, capacity.vcpus)
            for name, frame in zip(ladder.renditions, frames, strict=True)
        }
    return tuple(
        each.model_copy(update={"h264": each.h264.model_copy(update={"threads": threads[each.id]})})
        for each in renditions
    )


def _pixels(rendition: VideoRendition) -> int:
    frame = rendition.geometry.frame
    return frame.width * frame.height
