"""Frame rates from timestamps: exact standard rates, and whether frames come at a constant rate. Pure arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median

NTSC = Fraction(1000, 1001)
WHOLE_RATES = (5, 6, 8, 10, 12, 15, 16, 18, 20, 24, 25, 30, 48, 50, 60, 72, 90, 100, 120, 144, 200, 240, 300)
STANDARD_RATES = tuple(
    sorted({Fraction(25, 2), *map(Fraction, WHOLE_RATES), *(rate * NTSC for rate in (15, 24, 30, 48, 60, 120, 240))})
)
# Neighbours such as 24000/1001 and 24 are 0.1 % apart.
SNAP_TOLERANCE = Fraction(4, 10_000)
# A variable rate whose average is this close to a standard one means that one.
VARIABLE_TOLERANCE = Fraction(2, 100)
# A frame may be this much of its duration early or late and still fall on its own place in a constant grid.
JITTER = Fraction(1, 10)
LARGEST_DENOMINATOR = 1001


@dataclass(frozen=True)
class Window:
    """Times of consecutive frames, ascending, in ticks of `tick` seconds: whole numbers, for there can be many."""

    times: Sequence[int]
    tick: Fraction

    @property
    def span(self) -> Fraction:
        """Seconds from the first frame to the last."""
        return (self.times[-1] - self.times[0]) * self.tick if self.times else Fraction(0)

    @property
    def rate(self) -> Fraction | None:
        """Frames per second over the window; None if it is too short to tell."""
        return (len(self.times) - 1) / self.span if self.span > 0 else None

    def fits(self, rate: Fraction) -> bool:
        """True if every frame is where a constant `rate` would put it, up to rounding and a little jitter."""
        step = 1 / (rate * self.tick)
        allowed = int((1 + JITTER * step) * step.denominator)
        first = self.times[0]
        return all(
            abs((time - first) * step.denominator - place * step.numerator) <= allowed
            for place, time in enumerate(self.times)
        )


def snap(rate: Fraction, tolerance: Fraction = SNAP_TOLERANCE) -> Fraction:
    """The standard rate meant by `rate`, or `rate` as a simple fraction where it is none."""
    nearest = _nearest(rate, STANDARD_RATES)
    if abs(nearest - rate) <= rate * tolerance:
        return nearest
    whole = Fraction(round(rate))
    if whole and abs(whole - rate) <= rate * SNAP_TOLERANCE / 4:
        return whole
    return rate.limit_denominator(LARGEST_DENOMINATOR) or rate


def settle(
    windows: Sequence[Window], declared: Iterable[Fraction | None], average: Fraction | None
) -> tuple[Fraction, bool]:
    """The rate an output grid should have, and whether the source keeps it.

    `declared` are rates the file states, most trusted first; `average` is frames over duration where that is known.
    A constant rate is taken exactly. Of a variable one the average counts if it is near a standard rate, else the
    typical distance of frames if that is: 30 frames a second with a long still in between stay 30.
    """
    stated = [snap(rate) for rate in declared if rate and rate > 0]
    measured = [window for window in windows if window.rate]
    if not measured:
        return (stated[0] if stated else Fraction(25)), True
    for rate in _candidates(measured[0], stated):
        if all(window.fits(rate) for window in measured) and _agrees(average, rate):
            return rate, True
    return _variable(measured, average or measured[0].rate or Fraction(25)), False


def _candidates(window: Window, stated: Sequence[Fraction]) -> list[Fraction]:
    """Rates worth trying, the likeliest first: stated ones that the measurement allows, then the measured one."""
    rate = window.rate or Fraction(25)
    uncertainty = max(SNAP_TOLERANCE, 2 * window.tick / window.span)
    likely = [candidate for candidate in stated if abs(candidate - rate) <= rate * uncertainty]
    nearby = [standard for standard in STANDARD_RATES if abs(standard - rate) <= rate * uncertainty]
    return [*dict.fromkeys([*likely, *sorted(nearby, key=lambda standard: abs(standard - rate)), snap(rate)])]


def _agrees(average: Fraction | None, rate: Fraction) -> bool:
    return average is None or abs(average - rate) <= rate * Fraction(1, 200)


def _variable(windows: Sequence[Window], average: Fraction) -> Fraction:
    snapped = snap(average, VARIABLE_TOLERANCE)
    if snapped in STANDARD_RATES:
        return snapped
    gaps = [(later - earlier) * window.tick for window in windows for earlier, later in pairwise(window.times)]
    typical = snap(1 / (median(gaps) or Fraction(1)), VARIABLE_TOLERANCE)
    return typical if typical in STANDARD_RATES and typical > average else snapped


def _nearest(rate: Fraction, choices: Sequence[Fraction]) -> Fraction:
    return min(choices, key=lambda choice: abs(choice - rate))
