"""Which part of the source an output shows (reference 3.15)."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from stepcoder.request.setting import Setting, SettingGroup
from stepcoder.request.vocabulary import Length, Time


class Clips(SettingGroup):
    start_clip: Annotated[Time, Setting("where in the source the output begins")] = Fraction(0)
    clip_length: Annotated[Length | None, Setting("how long the output lasts", absent="to the source's end")] = None
