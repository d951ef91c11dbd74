"""When thumbnails are taken (zencoder-api 3.10). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

MOST_PER_SET = 100  # reference 1.8


def still_times(
    duration: Fraction,
    *,
    number: int | None = None,
    interval: Fraction | None = None,
    times: Sequence[Fraction] = (),
    at_first_frame: bool = False,
) -> tuple[Fraction, ...]:
    """Seconds from the output's start, ascending; `times` over `interval` over `number`; one in the middle if none.

    `number` n means duration·i/(n+1) for i = 1…n, or duration·i/n from 0 when starting at the first frame. Times at or
    past the end are left out; at most 100 remain.
    """
    if times:
        wanted = sorted(set(times))
    elif interval is not None:
        wanted = [interval * i for i in range(min(MOST_PER_SET, int(duration / interval) + 1))]
    elif number is not None and at_first_frame:
        wanted = [duration * i / number for i in range(min(MOST_PER_SET, number))]
    else:
        count = min(MOST_PER_SET, number or 1)
        wanted = [duration * i / (count + 1) for i in range(1, count + 1)]
    return tuple(time for time in wanted if time < duration)[:MOST_PER_SET]
