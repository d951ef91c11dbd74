"""Frame rate of an output as an exact rational (zencoder-api 3.7), and its track timescale. Pure."""

from __future__ import annotations

from fractions import Fraction

_NTSC = (24, 30, 48, 60, 90, 120, 240)


def exact_rate(rate: Fraction | float) -> Fraction:
    """The rate somebody means by a decimal: 29.97 is 30000/1001, 23.976 is 24000/1001, 12.5 stays 25/2."""
    rate = Fraction(rate).limit_denominator(100_000)
    for nominal in _NTSC:
        drop = Fraction(nominal * 1000, 1001)
        # Wide enough for 23.98 and 59.94, too narrow to touch 24 or 60 themselves.
        if abs(rate - drop) < Fraction(nominal, 4000):
            return drop
    return rate.limit_denominator(1001)


def output_rate(source: Fraction, frame_rate: Fraction | None, max_frame_rate: Fraction | None) -> Fraction:
    """`frame_rate` exactly, else the source's, lowered to `max_frame_rate` where that is less."""
    if frame_rate is not None:
        return exact_rate(frame_rate)
    if max_frame_rate is not None:
        return min(source, exact_rate(max_frame_rate))
    return source


def track_timescale(rate: Fraction) -> int:
    """Ticks per second in which a frame lasts a whole number of ticks: 30000/1001 → 30000, 25 → 12800."""
    timescale = rate.numerator
    # At least 10,000 ticks per second, as players expect of MP4; doubling keeps the frame duration whole.
    while timescale < 10_000:
        timescale *= 2
    return timescale
