"""Estimates: how long a chunk takes on a worker, how many threads a rendition gets, what a job costs. Pure.

Figures: encoding.md B.1, B.6 and B.7; benchmarks/ measures them again.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from stepcoder.plan.geometry import Box
from stepcoder.plan.model import Capacity
from stepcoder.plan.rendition import VideoRendition

# Millions of pixels per CPU second of the measuring machine, by x264 preset (B.6: 25 frames of 1080p at veryfast).
_MEGAPIXELS_PER_CPU_SECOND = {"veryfast": 52.0, "faster": 38.0, "medium": 22.0, "slow": 17.0, "slower": 9.0}
_DECODE_AND_SCALE_MEGAPIXELS = 260.0
_PARALLEL_EFFICIENCY = 0.85


def chunk_seconds(
    renditions: Sequence[VideoRendition], frame_rate: Fraction, length_seconds: Fraction, capacity: Capacity
) -> Fraction:
    """Estimated wall-clock seconds of one chunk of a ladder on one worker."""
    frames = float(frame_rate * length_seconds)
    cpu = 0.0
    for rendition in renditions:
        passes = 1.4 if rendition.needs_analysis else 1.0
        cpu += passes * _megapixels(rendition.geometry.frame) / _MEGAPIXELS_PER_CPU_SECOND[rendition.h264.preset]
    if renditions:
        cpu += _megapixels(renditions[0].geometry.source) / _DECODE_AND_SCALE_MEGAPIXELS
    speed = capacity.relative_speed * capacity.vcpus * _PARALLEL_EFFICIENCY
    return Fraction(frames * cpu / speed).limit_denominator(1000)


def _megapixels(box: Box) -> float:
    return box.width * box.height / 1e6


def threads_for(frame: Box, ladder: Sequence[Box], vcpus: int) -> int:
    """x264 threads of one rendition: its share of the ladder's pixels in 1.5 threads per vCPU, never left to x264.

    Left alone, x264 gives every rung 1.5 threads per vCPU: 4 % more CPU and half as much memory again (B.1).
    """
    total = sum(_megapixels(box) for box in ladder)
    share = _megapixels(frame) / total if total else 1.0
    return max(1, round(1.5 * vcpus * share))
