"""Reads DFXP, which is TTML 1: of one file the first div, of styles the few that captions keep (zencoder-api 3.12).

Read here with the XML parser that requests are read with: pycaption's takes a minute for the captions of one film.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from stepcoder.captions.cues import Align, Captions, Cue, Run

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_ID = "{http://www.w3.org/XML/1998/namespace}id"
# Names are compared without their namespaces: there have been four for DFXP, and files mix them.
_STYLES = ("fontStyle", "fontWeight", "textDecoration", "textAlign")
_CLOCK = re.compile(r"(\d{2,}):(\d\d):(\d\d)(?:(\.\d+)|:(\d{2,})(?:\.\d+)?)?", re.ASCII)
_OFFSET = re.compile(r"(\d+(?:\.\d+)?)(h|ms|m|s|f|t)", re.ASCII)
_SPACE = re.compile(r"\s+")

Styles = Mapping[str, str]


class BadCaptions(ValueError):
    """What is written is no DFXP, or one of its times is none."""


def read_ttml(data: str) -> Captions:
    """The captions of the first div, in the order of the file. Raises BadCaptions."""
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root = fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", data), forbid_dtd=False)
    except (ParseError, DefusedXmlException, ValueError) as error:
        raise BadCaptions("The file is not well-formed XML, or declares entities of its own.") from error
    if _name(root) != "tt":
        raise BadCaptions("The root element is not tt.")
    document = _Document(root)
    div = next((each for each in root.iter() if _name(each) == "div"), None)
    cues = tuple(document.cues(div)) if div is not None else ()
    language = (div.get(_LANGUAGE) if div is not None else None) or root.get(_LANGUAGE)
    return Captions(cues, language or None)


class _Document:
    """What a file says once for all of its cues."""

    def __init__(self, root: Element) -> None:
        parameters = {_bare(name): value for name, value in root.items()}
        try:
            up, _, down = parameters.get("frameRateMultiplier", "1 1").strip().partition(" ")
            self._frames = Fraction(parameters.get("frameRate", "30")) * Fraction(int(up), int(down or 1))
            # TTML 6.2.10: without a tick rate a tick is a frame, or a second where there is no frame rate either.
            self._ticks = Fraction(parameters.get("tickRate", self._frames if "frameRate" in parameters else 1))
            if min(self._frames, self._ticks) <= 0:
                raise ValueError(self._frames)
        except (ValueError, ZeroDivisionError) as error:
            raise BadCaptions("The frame rate or tick rate is no number.") from error
        self._styles = {each.get(_ID): _own_styles(each) for each in root.iter() if _name(each) == "style"}

    def cues(self, div: Element) -> Iterator[Cue]:
        inherited = self._styled(div, {})
        for each in div.iter():
            if _name(each) == "p" and each.get("begin") is not None:
                yield self._cue(each, self._styled(each, inherited))

    def _cue(self, paragraph: Element, styles: Styles) -> Cue:
        start = self._time(paragraph.get("begin", ""))
        end, length = paragraph.get("end"), paragraph.get("dur")
        if end is None and length is None:
            raise BadCaptions("A paragraph has neither end nor dur.")
        until = self._time(end) if end is not None else start + self._time(length or "")
        lines: list[list[Run]] = [[]]
        self._words(paragraph, styles, lines)
        return Cue(round(start * 1000), round(until * 1000), tuple(map(tuple, lines)), _align(styles))

    def _words(self, element: Element, styles: Styles, lines: list[list[Run]]) -> None:
        lines[-1].append(_run(element.text, styles))
        for child in element:
            if _name(child) == "br":
                lines.append([])
            elif _name(child) == "span":
                self._words(child, self._styled(child, styles), lines)
            # Anything else, such as metadata, says nothing; what follows it does.
            lines[-1].append(_run(child.tail, styles))

    def _styled(self, element: Element, inherited: Styles) -> Styles:
        found = dict(inherited)
        for name in (element.get("style") or "").split():
            found |= self._styles.get(name, {})
        return found | _own_styles(element)

    def _time(self, written: str) -> Fraction:
        """Seconds (TTML 10.3.1)."""
        text = written.strip()
        if clock := _CLOCK.fullmatch(text):
            seconds = Fraction(3600 * int(clock[1]) + 60 * int(clock[2]) + int(clock[3]))
            return seconds + (Fraction(f"0{clock[4]}") if clock[4] else Fraction(int(clock[5] or 0)) / self._frames)
        if offset := _OFFSET.fullmatch(text):
            units: Mapping[str, Fraction | int] = {
                "h": 3600,
                "m": 60,
                "s": 1,
                "ms": Fraction(1, 1000),
                "f": 1 / self._frames,
                "t": 1 / self._ticks,
            }
            return Fraction(offset[1]) * Fraction(units[offset[2]])
        raise BadCaptions("A time is written in a way that TTML does not know.")


def _own_styles(element: Element) -> dict[str, str]:
    return {_bare(name): value for name, value in element.items() if _bare(name) in _STYLES}


def _run(text: str | None, styles: Styles) -> Run:
    return Run(
        _SPACE.sub(" ", text or ""),
        italic=styles.get("fontStyle") in ("italic", "oblique"),
        bold=styles.get("fontWeight") == "bold",
        underline="underline" in styles.get("textDecoration", "").split(),
    )


def _align(styles: Styles) -> Align:
    side = styles.get("textAlign")
    return side if side in ("left", "right", "end") else None  # type: ignore[return-value]


def _name(element: Element) -> str:
    return _bare(element.tag) if isinstance(element.tag, str) else ""


def _bare(name: str) -> str:
    return name.rpartition("}")[2]
