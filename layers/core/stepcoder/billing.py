"""How much of an output counts, and how much of that is billed (zencoder-api 2.11). Pure; keeping count is usage.py.

Time is counted in steps of 10 seconds per output, a started step as a whole one. Billed is

    nothing     for outputs of test jobs, and for playlists and captions, which have no running time of their own
    a quarter   for sound alone, and for what is passed on as it came: transfer-only, or video and audio both copied
    double      for HD: at least 1280 pixels wide or 720 high
    once        for everything else

and where two of these apply, the first one counts. Encoded time is the same steps without weights. Test outputs have
it too: they were encoded, only nobody pays for them. What failed or was cancelled is never counted at all.

All amounts are whole numbers of units of 2.5 seconds, the least that can be billed.
"""

from __future__ import annotations

from dataclasses import dataclass

UNITS_PER_MINUTE = 24
HD_WIDTH, HD_HEIGHT = 1280, 720

_STEP_MS = 10_000
_UNITS_PER_STEP = 4
_FREE, _QUARTER, _ONCE, _DOUBLE = 0, 1, 4, 8  # units billed for a step
_TIMELESS = frozenset({"playlist", "captions"})


@dataclass(frozen=True)
class Amount:
    """Encoded and billable time, in units."""

    encoded: int = 0
    billable: int = 0

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.encoded + other.encoded, self.billable + other.billable)


NOTHING = Amount()


@dataclass(frozen=True)
class UsageLine:
    """What an account used on one day (YYYY-MM-DD, UTC) in one grouping, or in none."""

    day: str
    grouping: str | None
    amount: Amount


def amount_of(
    *, kind: str, test: bool, duration_in_ms: int, width: int | None, height: int | None, copied: bool = False
) -> Amount:
    """What a finished output counts. Without video, `width` and `height` are None; `copied`: nothing was encoded anew.

    `duration_in_ms` is 0 or more.
    """
    if kind in _TIMELESS:
        return NOTHING
    steps = -(-duration_in_ms // _STEP_MS)
    return Amount(steps * _UNITS_PER_STEP, steps * (_FREE if test else _weight(kind, width, height, copied)))


def _weight(kind: str, width: int | None, height: int | None, copied: bool) -> int:
    if copied or kind == "transfer-only" or (width is None and height is None):
        return _QUARTER
    return _DOUBLE if (width or 0) >= HD_WIDTH or (height or 0) >= HD_HEIGHT else _ONCE


def minutes(units: int) -> int | float:
    """Units as the minutes of a report: an integer where whole, else to two digits."""
    whole, rest = divmod(units, UNITS_PER_MINUTE)
    return round(units / UNITS_PER_MINUTE, 2) if rest else whole


def started_minutes(units: int) -> int:
    """Units as whole minutes, a started one as a whole one."""
    return -(-units // UNITS_PER_MINUTE)
