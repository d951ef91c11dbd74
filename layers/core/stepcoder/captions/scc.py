"""Writes cues as SCC: byte pairs of CEA-608 with time codes. The byte pairs themselves are pycaption's (reading.py).

CEA-608's own limits hold: lines of 32 characters, no bold, times on frames of 30000/1001 a second, and two bytes a
frame, so that a cue which follows another at once may come some tenths of a second late.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from stepcoder.captions.cues import Captions, Cue, Run


def as_scc(captions: Captions) -> str:
    """The whole file. A character that CEA-608 lacks becomes the nearest that it has, or a question mark."""
    from pycaption import Caption, CaptionList, CaptionSet, SCCWriter

    cues = [Caption(cue.start * 1000, cue.end * 1000, list(_nodes(cue))) for cue in captions.cues]
    text: str = SCCWriter().write(CaptionSet({"en": CaptionList(cues)}))
    return text.rstrip() + "\n"


def _nodes(cue: Cue) -> Iterator[object]:
    from pycaption import CaptionNode

    for number, line in enumerate(cue.lines):
        if number:
            yield CaptionNode.create_break()
        for run in line:
            style = _style(run)
            if style:
                yield CaptionNode.create_style(True, style)
            yield CaptionNode.create_text("".join(_written(character) for character in run.text))
            if style:
                yield CaptionNode.create_style(False, style)


def _style(run: Run) -> dict[str, bool]:
    return {name: True for name, wanted in (("italics", run.italic), ("underline", run.underline)) if wanted}


def _written(character: str) -> str:
    """What has to be written so that a decoder shows the character."""
    from pycaption.scc.constants import CHARACTER_TO_CODE, EXTENDED_CHARS, SPECIAL_OR_EXTENDED_CHAR_TO_CODE

    if character in EXTENDED_CHARS.values():
        # These delete what stands before them, which is there for decoders that don't know them (CEA-608 6.4.2).
        return _plain(character) + character
    if character in CHARACTER_TO_CODE or character in SPECIAL_OR_EXTENDED_CHAR_TO_CODE:
        return character
    return _plain(character)


def _plain(character: str) -> str:
    from pycaption.scc.constants import CHARACTER_TO_CODE

    base = unicodedata.normalize("NFKD", character)[:1]
    return base if base in CHARACTER_TO_CODE and base.isascii() else "?"
