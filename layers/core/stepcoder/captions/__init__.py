"""Captions: reading.py makes cues of a file in any of the formats that are read; webvtt.py, dfxp.py, scc.py write them.

Nothing here fetches or delivers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from stepcoder.captions.cues import Captions
from stepcoder.captions.dfxp import as_dfxp
from stepcoder.captions.reading import read_captions
from stepcoder.captions.scc import as_scc
from stepcoder.captions.webvtt import as_webvtt

__all__ = ["WRITERS", "Captions", "read_captions"]

WRITERS: Mapping[str, Callable[[Captions], str]] = {"webvtt": as_webvtt, "dfxp": as_dfxp, "scc": as_scc}
