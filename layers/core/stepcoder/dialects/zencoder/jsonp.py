"""The function a JSONP answer calls: which names are taken (zencoder-api 1.3). The answer itself is formats.py."""

from __future__ import annotations

import re

from stepcoder.errors import InvalidRequest

DEFAULT_CALLBACK = "progress"
_LONGEST = 128
# A name, or names with dots between them. Anything else could be a script of the asker's, run in the name of this host.
_NAMES = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*)*")


def callback_named(text: str | None) -> str:
    """The callback asked for, or the default. Raises InvalidRequest."""
    if not text:
        return DEFAULT_CALLBACK
    if len(text) > _LONGEST or not _NAMES.fullmatch(text):
        raise InvalidRequest(
            "callback must be the name of a JavaScript function: letters, digits, _ and $, not beginning with a digit,"
            f" dots between names, at most {_LONGEST} characters."
        )
    return text
