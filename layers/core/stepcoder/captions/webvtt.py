"""Writes cues as WebVTT (W3C Recommendation candidate of 2019). Pure."""

from __future__ import annotations

from stepcoder.captions.cues import Captions, Cue, Run, clock

_TAGS = (("italic", "i"), ("bold", "b"), ("underline", "u"))


def as_webvtt(captions: Captions) -> str:
    """The whole file."""
    return "\n\n".join(("WEBVTT", *(_cue(cue) for cue in captions.cues))) + "\n"


def _cue(cue: Cue) -> str:
    align = f" align:{cue.align}" if cue.align else ""
    lines = ("".join(_run(run) for run in line) for line in cue.lines)
    return "\n".join((f"{clock(cue.start)} --> {clock(cue.end)}{align}", *lines))


def _run(run: Run) -> str:
    # The last also keeps "-->" out of the text, which may hold anything else.
    text = run.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for member, tag in _TAGS:
        if getattr(run, member):
            text = f"<{tag}>{text}</{tag}>"
    return text
