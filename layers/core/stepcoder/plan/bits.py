"""Sharing out a requested average bitrate over chunks, by what a first pass measured (encoding.md B.3). Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from stepcoder.media import Frozen
from stepcoder.plan.rendition import RateControl

# Bits should follow difficulty, but less than linearly, or hard scenes starve the easy ones (B.3: weight = size^0.75).
_EXPONENT = 0.75
# A first pass is a little less efficient than the final encode: within this margin of the cap it settles nothing.
_UNDER_THE_CAP = Fraction(95, 100)


class Measured(Frozen):
    """What the first pass of one chunk gave: its length in frames and its size in bytes."""

    frames: int
    size_bytes: int


def share_out(control: RateControl, measured: Sequence[Measured], frame_rate: Fraction) -> list[int] | None:
    """Target kbps of each chunk, averaging to what was asked; None when constant quality stays under the cap."""
    target = control.bitrate_kbps
    if control.mode == "crf":
        average = _average_kbps(measured, frame_rate)
        if control.average_cap_kbps is None or average <= control.average_cap_kbps * _UNDER_THE_CAP:
            return None
        target = control.average_cap_kbps
    return _spread(target or 1, control.vbv_max_kbps, measured)


def _average_kbps(measured: Sequence[Measured], frame_rate: Fraction) -> Fraction:
    frames = sum(chunk.frames for chunk in measured)
    size = sum(chunk.size_bytes for chunk in measured)
    return Fraction(size * 8, 1000) * frame_rate / max(1, frames)


def _spread(target: int, ceiling: int | None, measured: Sequence[Measured]) -> list[int]:
    """Weights by difficulty; what the ceiling cuts off one chunk goes to the others."""
    frames = sum(chunk.frames for chunk in measured)
    weights = {i: chunk.frames * _difficulty(chunk) for i, chunk in enumerate(measured) if chunk.frames}
    kbps: dict[int, float] = {}
    budget = float(target) * frames
    while weights:
        share = budget / sum(weights.values())
        over = [i for i in weights if ceiling and share * weights[i] / measured[i].frames > ceiling]
        if not over:
            kbps |= {i: share * weight / measured[i].frames for i, weight in weights.items()}
            break
        for i in over:
            kbps[i] = float(ceiling or 0)
            budget -= kbps[i] * measured[i].frames
            del weights[i]
    return [max(1, round(kbps.get(i, target))) for i in range(len(measured))]


def _difficulty(chunk: Measured) -> float:
    return float((max(1, chunk.size_bytes) / chunk.frames) ** _EXPONENT)


def shares_by_rendition(
    controls: Mapping[str, RateControl], measured: Mapping[str, Sequence[Measured]], frame_rate: Fraction
) -> dict[str, list[int] | None]:
    """`share_out` for each rendition of a ladder."""
    return {name: share_out(control, measured[name], frame_rate) for name, control in controls.items()}
