"""H.264 levels: the least that fits a stream, and what a level allows (ITU-T H.264, table A-1). Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple


class Level(NamedTuple):
    name: str
    macroblocks_per_second: int
    frame_macroblocks: int
    dpb_macroblocks: int
    max_kbps: int  # MaxBR, Baseline and Main
    max_buffer_kbit: int  # MaxCPB, Baseline and Main


LEVELS = (
    Level("1", 1485, 99, 396, 64, 175),
    Level("1.1", 3000, 396, 900, 192, 500),
    Level("1.2", 6000, 396, 2376, 384, 1000),
    Level("1.3", 11880, 396, 2376, 768, 2000),
    Level("2", 11880, 396, 2376, 2000, 2000),
    Level("2.1", 19800, 792, 4752, 4000, 4000),
    Level("2.2", 20250, 1620, 8100, 4000, 4000),
    Level("3", 40500, 1620, 8100, 10000, 10000),
    Level("3.1", 108000, 3600, 18000, 14000, 14000),
    Level("3.2", 216000, 5120, 20480, 20000, 20000),
    Level("4", 245760, 8192, 32768, 20000, 25000),
    Level("4.1", 245760, 8192, 32768, 50000, 62500),
    Level("4.2", 522240, 8704, 34816, 50000, 62500),
    Level("5", 589824, 22080, 110400, 135000, 135000),
    Level("5.1", 983040, 36864, 184320, 240000, 240000),
    Level("5.2", 2073600, 36864, 184320, 240000, 240000),
    Level("6", 4177920, 139264, 696320, 240000, 240000),
    Level("6.1", 8355840, 139264, 696320, 480000, 480000),
    Level("6.2", 16711680, 139264, 696320, 800000, 800000),
)
# Table A-2: how much more than Baseline a profile may spend (cpbBrVclFactor / 1000).
_PROFILE_FACTOR = {"high": Fraction(5, 4), "high10": Fraction(3), "high422": Fraction(4), "high444": Fraction(4)}


def level_named(name: str) -> Level:
    """The level written "4", "4.0" or "40"; KeyError with a sentence otherwise."""
    wanted = name[0] + "." + name[1] if len(name) == 2 and name.isdigit() else name
    wanted = wanted.removesuffix(".0")
    for level in LEVELS:
        if level.name == wanted:
            return level
    raise KeyError(f"{name} is not an H.264 level")


def limits(level: Level, profile: str) -> tuple[int, int]:
    """Highest VBV rate (kbps) and buffer (kbit) of a level in a profile."""
    factor = _PROFILE_FACTOR.get(profile, Fraction(1))
    return int(level.max_kbps * factor), int(level.max_buffer_kbit * factor)


def least_level(width: int, height: int, rate: Fraction, references: int, profile: str, peak_kbps: int = 0) -> Level:
    """The least level that holds this frame size (pixels), rate (fps), reference count and VBV rate (kbps)."""
    columns, rows = -(-width // 16), -(-height // 16)
    macroblocks = columns * rows
    for level in LEVELS:
        if (
            macroblocks <= level.frame_macroblocks
            # A.3.1: no side longer than √(8 · MaxFS).
            and max(columns, rows) ** 2 <= 8 * level.frame_macroblocks
            and macroblocks * rate <= level.macroblocks_per_second
            and macroblocks * max(1, references) <= level.dpb_macroblocks
            and peak_kbps <= limits(level, profile)[0]
        ):
            return level
    return LEVELS[-1]
