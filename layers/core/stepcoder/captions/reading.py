"""Reads captions of every format that is accepted: WebVTT, SubRip, SCC, DFXP and SAMI (zencoder-api 3.12).

All parsers but DFXP's (ttml.py) are pycaption's: Apache-2.0, by PBS, well kept, and the only library that reads SCC and
SAMI. It brings lxml, 19 MB in all, and takes a second to import: it is in the layer of the one step that reads
captions, and loaded when there are some. Its writers of WebVTT and DFXP keep a layout that can't be had without the
frame's size, and its writer of SCC is used with care (scc.py); so the files are written here.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from stepcoder.captions.cues import Captions, Cue, Run
from stepcoder.captions.ttml import read_ttml
from stepcoder.errors import InputError

# A film of two hours has a quarter of it. The time that pycaption takes grows with the square: a minute for so much.
_MOST_SAMI = 1_000_000
# Characters that XML can't hold and no caption needs.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_SPACE = re.compile(r"[\s\ufeff]+")
_SAMI_LANGUAGE = re.compile(r"lang\s*:\s*([A-Za-z]{2,3}(?:-[A-Za-z0-9]+)*)", re.IGNORECASE)
_SRT_TIMES = re.compile(
    r"^\s*(\d{1,3}:\d\d:\d\d)[,.](\d{1,3})\s*-->\s*(\d{1,3}:\d\d:\d\d)[,.](\d{1,3}).*$", re.MULTILINE
)
_SRT_ELSE = re.compile(r"</?font[^>]*>|\{\\[^}]*\}", re.IGNORECASE)
_SRT_TAG = re.compile(r"&lt;(/?[ibu])>", re.IGNORECASE)


def read_captions(data: bytes, shown: str) -> Captions:
    """The captions of a file: of DFXP the first div, of SAMI the first language. `shown` is what sentences call it.

    Raises InputError: InvalidDownloadedFileTypeError for what is no captions file, UnreadableFileError for a damaged
    one and one without captions.
    """
    text = _CONTROL.sub("", _decoded(data))
    read = _reader(text)
    if read is None:
        raise InputError(
            "InvalidDownloadedFileTypeError",
            f"{shown} is no captions file: it must be WebVTT, SRT, SCC, DFXP (TTML) or SAMI.",
        )
    if read is _sami and len(text) > _MOST_SAMI:
        sentence = f"The captions file {shown} is too large: of SAMI {_MOST_SAMI} characters are read at most."
        raise InputError("UnreadableFileError", sentence)
    # Outside of what follows: that it can't be loaded would be our fault, not the file's.
    import pycaption  # noqa: F401

    try:
        with warnings.catch_warnings():
            # bs4 warns about XML under an HTML parser, which is how pycaption means it.
            warnings.simplefilter("ignore")
            found = read(text)
    except Exception as error:
        # Whatever a parser stumbles over is the file's fault; pycaption has no one class for it.
        raise InputError(
            "UnreadableFileError", f"The captions file {shown} can't be read. It may be damaged, or hold no captions."
        ) from error
    if not found.cues:
        raise InputError("UnreadableFileError", f"The captions file {shown} holds no captions.")
    return found


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        # SAMI and SRT of old are in the code page of the West more often than in any other.
        return data.decode("cp1252", "replace")


def _reader(text: str) -> Callable[[str], Captions] | None:
    """By how the file begins."""
    start = text.lstrip()[:4096]
    if start.startswith("WEBVTT"):
        return _webvtt
    if start.startswith("Scenarist_SCC"):
        return _scc
    if re.search(r"<sami[\s>]", start, re.IGNORECASE):
        return _sami
    if re.search(r"<(?:\w+:)?tt[\s>]", start):
        return _dfxp
    return _srt if _SRT_TIMES.search(start) else None


def _webvtt(text: str) -> Captions:
    from pycaption import WebVTTReader

    found = WebVTTReader().read(text.lstrip(), lang="en")
    return Captions(_ordered(_cue(each) for each in found.get_captions("en")))


def _srt(text: str) -> Captions:
    """As WebVTT, which SubRip is but for its times, its header and what it lets stand as it is."""
    plain = _SRT_ELSE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    escaped = _SRT_TAG.sub(r"<\1>", plain.replace("&", "&amp;").replace("<", "&lt;"))
    return _webvtt("WEBVTT\n\n" + _SRT_TIMES.sub(_webvtt_times, escaped))


def _webvtt_times(found: re.Match[str]) -> str:
    start, end = (f"{found[at].zfill(8)}.{found[at + 1].ljust(3, '0')}" for at in (1, 3))
    return f"{start} --> {end}"


def _scc(text: str) -> Captions:
    from pycaption import SCCReader

    found = SCCReader().read(text.lstrip())
    return Captions(_ordered(_cue(each) for each in found.get_captions(found.get_languages()[0])))


def _dfxp(text: str) -> Captions:
    found = read_ttml(text.lstrip())
    return Captions(_ordered(cue._replace(lines=_tidy(cue.lines)) for cue in found.cues), found.language)


def _sami(text: str) -> Captions:
    from pycaption import SAMIReader

    found = SAMIReader().read(text)
    # pycaption keeps no order among languages.
    first = _SAMI_LANGUAGE.search(text)
    languages = sorted(found.get_languages())
    language = next((each for each in languages if first and each.lower() == first[1].lower()), languages[0])
    return Captions(_ordered(_cue(each, folded=True) for each in found.get_captions(language)), first and first[1])


def _ordered(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """By start, without those that nobody would see."""
    seen = [cue for cue in cues if cue.end > cue.start >= 0 and cue.lines]
    return tuple(sorted(seen, key=lambda cue: cue.start))


def _cue(caption: Any, *, folded: bool = False) -> Cue:
    # pycaption counts in microseconds, SCC's with a fraction.
    return Cue(round(caption.start / 1000), round(caption.end / 1000), _tidy(_lines(caption, folded)))


def _lines(caption: Any, folded: bool) -> Iterator[list[Run]]:
    line: list[Run] = []
    open_styles: list[dict[str, Any]] = [caption.style or {}]
    for node in caption.nodes:
        if node.type_ == node.BREAK:
            yield line
            line = []
        elif node.type_ == node.STYLE and node.start:
            open_styles.append(node.content)
        elif node.type_ == node.STYLE:
            # A file may close what it never opened.
            del open_styles[max(1, len(open_styles) - 1) :]
        else:
            # In markup a line break is a space like any other.
            pieces = [_SPACE.sub(" ", node.content)] if folded else node.content.split("\n")
            for number, piece in enumerate(pieces):
                if number:
                    yield line
                    line = []
                line.append(_run(piece, open_styles))
    yield line


def _run(text: str, styles: list[dict[str, Any]]) -> Run:
    italic, bold, underline = (any(style.get(name) for style in styles) for name in ("italics", "bold", "underline"))
    return Run(text, italic, bold, underline)


def _tidy(lines: Iterable[Sequence[Run]]) -> tuple[tuple[Run, ...], ...]:
    """Lines without space at either end, and without runs and lines of nothing."""
    return tuple(line for line in map(_trimmed, lines) if line)


def _trimmed(line: Sequence[Run]) -> tuple[Run, ...]:
    runs = [run for run in line if run.text]
    while runs and not runs[0].text.strip():
        del runs[0]
    while runs and not runs[-1].text.strip():
        del runs[-1]
    if runs:
        runs[0] = runs[0]._replace(text=runs[0].text.lstrip())
        runs[-1] = runs[-1]._replace(text=runs[-1].text.rstrip())
    return tuple(runs)
