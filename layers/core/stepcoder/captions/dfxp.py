"""Writes cues as DFXP, which is TTML 1 (W3C Recommendation of 2013). Pure."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from stepcoder.captions.cues import Captions, Cue, Run, clock

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<tt xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" xml:lang={language}>\n'
    " <head>\n"
    '  <layout><region xml:id="bottom" tts:displayAlign="after" tts:textAlign="center"/></layout>\n'
    " </head>\n"
    ' <body region="bottom">\n'
    "  <div>\n"
)
_STYLES = (
    ("italic", 'tts:fontStyle="italic"'),
    ("bold", 'tts:fontWeight="bold"'),
    ("underline", 'tts:textDecoration="underline"'),
)


def as_dfxp(captions: Captions) -> str:
    """The whole file. Without a known language xml:lang is empty, which means just that."""
    cues = "".join(f"   {_cue(cue)}\n" for cue in captions.cues)
    return f"{_HEAD.format(language=quoteattr(captions.language or ''))}{cues}  </div>\n </body>\n</tt>\n"


def _cue(cue: Cue) -> str:
    align = f' tts:textAlign="{cue.align}"' if cue.align else ""
    text = "<br/>".join("".join(_run(run) for run in line) for line in cue.lines)
    return f'<p begin="{clock(cue.start)}" end="{clock(cue.end)}"{align}>{text}</p>'


def _run(run: Run) -> str:
    styles = " ".join(style for member, style in _STYLES if getattr(run, member))
    return f"<span {styles}>{escape(run.text)}</span>" if styles else escape(run.text)
