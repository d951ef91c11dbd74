"""The kinds of value that measure something: whole and decimal numbers, times, frame sizes. Other kinds: kinds.py.

Numbers are kept exact, and read leniently (zencoder-api 1.3): 480, "480" and 480.0 are the same whole number.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, NamedTuple

from stepcoder.request.lists import listed
from stepcoder.request.setting import Kind, Wrong

# Bounded digits and exponent: a number such as 1e999999999 must not become a gigabyte of digits.
_DECIMAL = re.compile(r"[+-]?(\d{1,18}(\.\d{0,18})?|\.\d{1,18})(e[+-]?\d{1,2})?", re.IGNORECASE | re.ASCII)
_RATIO = re.compile(r"[+-]?\d{1,40}/[1-9]\d{0,40}", re.ASCII)
_CLOCK = re.compile(r"((?P<hours>\d{1,4}):)?(?P<minutes>[0-5]?\d):(?P<seconds>[0-5]?\d(\.\d{1,18})?)", re.ASCII)
_SIZE = re.compile(r"(\d{1,5})\s*[x×]\s*(\d{1,5})", re.IGNORECASE)


def exact(value: object) -> Fraction | None:
    """The number that `value` writes, exactly as its decimal digits say; None if it isn't one."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Fraction):
        return Fraction(value)
    if isinstance(value, float):
        return Fraction(repr(value)) if math.isfinite(value) else None
    if isinstance(value, str):
        text = value.strip()
        if _DECIMAL.fullmatch(text) or _RATIO.fullmatch(text):
            return Fraction(text)
    return None


def plain(number: Fraction | int) -> str:
    """A number for a sentence: 0.001, 300."""
    return f"{float(number):.10g}"


def seconds_of(value: object) -> Fraction | None:
    """Exact seconds of a number or a clock time; None if it is neither."""
    match = _CLOCK.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        return exact(value)
    return 3600 * int(match["hours"] or 0) + 60 * int(match["minutes"]) + Fraction(match["seconds"])


@dataclass(eq=False)
class Whole(Kind):
    """A whole number. With `rounded`, decimals are no mistake but rounded, halves up."""

    low: int
    high: int
    unit: str = ""
    rounded: bool = False
    noun: ClassVar[str] = "integer"

    @property
    def allowed(self) -> str:
        return f"a whole number from {self.low} to {self.high}" + (f" ({self.unit})" if self.unit else "")

    def read(self, value: object) -> int:
        number = exact(value)
        if number is not None and self.rounded:
            number = Fraction(math.floor(number + Fraction(1, 2)))
        if number is None or number.denominator != 1 or not self.low <= number <= self.high:
            raise Wrong(self.allowed)
        return int(number)


@dataclass(eq=False)
class WholeOrAuto(Kind):
    """A whole number, or "auto" to leave it to the encoder."""

    low: int
    high: int
    noun: ClassVar[str] = "integer or string"

    @property
    def allowed(self) -> str:
        return f"a whole number from {self.low} to {self.high}, or auto"

    def read(self, value: object) -> int | str:
        if isinstance(value, str) and value.strip().lower() == "auto":
            return "auto"
        try:
            return Whole(self.low, self.high).read(value)
        except Wrong:
            raise Wrong(self.allowed) from None


@dataclass(eq=False)
class Number(Kind):
    """A number that may have decimals. `low` and `high` are in the range, unless `above` leaves low out."""

    low: Fraction | int
    high: Fraction | int | None = None
    unit: str = ""
    above: bool = False
    noun: ClassVar[str] = "number"

    @property
    def allowed(self) -> str:
        unit = f" ({self.unit})" if self.unit else ""
        if self.high is not None:
            return f"a number {'above' if self.above else 'from'} {plain(self.low)} to {plain(self.high)}{unit}"
        return f"a number {'above' if self.above else 'not below'} {plain(self.low)}{unit}"

    def read(self, value: object) -> Fraction:
        number = exact(value)
        if number is None or number < self.low or (self.above and number == self.low):
            raise Wrong(self.allowed)
        if self.high is not None and number > self.high:
            raise Wrong(self.allowed)
        return number

    def write(self, value: Fraction) -> str:
        return str(value)


@dataclass(eq=False)
class Clock(Kind):
    """A stretch of time: seconds, or "HH:MM:SS.S" (zencoder-api 3.15). Kept as exact seconds."""

    above_zero: bool = False
    noun: ClassVar[str] = "string or number"

    @property
    def allowed(self) -> str:
        return 'seconds or "HH:MM:SS.S"' + (", more than 0" if self.above_zero else "")

    def read(self, value: object) -> Fraction:
        seconds = seconds_of(value)
        if seconds is None or seconds < 0 or (self.above_zero and seconds == 0):
            raise Wrong(self.allowed)
        return seconds

    def write(self, value: Fraction) -> str:
        return str(value)


class Moments(Kind):
    """A list of points in time, in seconds from 0. A single number is a list of one."""

    noun: ClassVar[str] = "array"

    @property
    def allowed(self) -> str:
        return "a list of seconds, each 0 or more"

    def read(self, value: object) -> tuple[Fraction, ...]:
        moments = [seconds_of(item) for item in listed(value) if item is not None]
        if any(moment is None or moment < 0 for moment in moments):
            raise Wrong(self.allowed)
        return tuple(moment for moment in moments if moment is not None)

    def write(self, value: tuple[Fraction, ...]) -> list[str]:
        return [str(moment) for moment in value]


class FrameSize(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"


class Size(Kind):
    """A frame size written "WxH"."""

    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return 'a size such as "1280x720"'

    def read(self, value: object) -> FrameSize:
        if isinstance(value, FrameSize):
            return value
        match = _SIZE.fullmatch(value.strip()) if isinstance(value, str) else None
        if match is None or 0 in (size := FrameSize(int(match[1]), int(match[2]))):
            raise Wrong(self.allowed)
        return size

    def write(self, value: FrameSize) -> str:
        return str(value)
