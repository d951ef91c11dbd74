"""What captions are between reading and writing: when which words are shown. Data only."""

from __future__ import annotations

from typing import Literal, NamedTuple

# Where it is not the middle, which is where every format shows captions of its own accord.
Align = Literal["left", "right", "end"] | None


class Run(NamedTuple):
    """Words in one style."""

    text: str
    italic: bool = False
    bold: bool = False
    underline: bool = False


class Cue(NamedTuple):
    """What is shown from `start` to `end`, both in milliseconds of the film."""

    start: int
    end: int
    lines: tuple[tuple[Run, ...], ...]
    align: Align = None


class Captions(NamedTuple):
    """One language's cues in order of their start; `language` where the file says it (BCP 47)."""

    cues: tuple[Cue, ...]
    language: str | None = None


def clock(milliseconds: int) -> str:
    """HH:MM:SS.mmm, as WebVTT and DFXP write times."""
    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{thousandths:03}"
