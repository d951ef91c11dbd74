"""The setting types that several declarations share: a kind with its range and unit, by the name one would say."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from stepcoder.request.kinds import Choice, Flag, Text
from stepcoder.request.quantities import Clock, FrameSize, Number, Size, Whole

YesNo = Annotated[bool, Flag()]
Line = Annotated[str, Text()]
# Rates are often computed, and come with decimals.
Kbps = Annotated[int, Whole(1, 100_000, "kbps", rounded=True)]
Kbit = Annotated[int, Whole(1, 100_000, "kbit", rounded=True)]
Grade = Annotated[int, Whole(1, 5)]
# Documented as "positive". 16384 is the most pixels a side of an H.264 frame can have.
Pixels = Annotated[int, Whole(1, 16_384, "pixels")]
# Documented as "positive"; bounded so that the encoder's own integers hold it.
Frames = Annotated[int, Whole(1, 1_000_000, "frames")]
PerSecond = Annotated[Fraction, Number(Fraction(1, 1000), 100, "per second")]
FramesPerSecond = Annotated[Fraction, Number(Fraction(1, 1000), 300, "frames per second")]
Time = Annotated[Fraction, Clock()]
Length = Annotated[Fraction, Clock(above_zero=True)]
WidthByHeight = Annotated[FrameSize, Size()]
AspectMode = Annotated[Literal["preserve", "stretch", "crop", "pad"], Choice(("preserve", "stretch", "crop", "pad"))]
SampleRate = Annotated[int, Choice((8000, 11025, 12000, 16000, 22050, 32000, 44100, 48000, 96000))]
