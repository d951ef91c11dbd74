"""How an unexpected error is written to the log: whole, but without passwords. Nothing here reaches a client."""

from __future__ import annotations

import re
import traceback

_USER_INFO = re.compile(r"(?<=://)([^/\s:@]*):[^/\s]*@")


def trace_of(error: BaseException) -> str:
    """The traceback, with the password of every URL in it replaced by ***."""
    return without_passwords("".join(traceback.format_exception(error)))


def without_passwords(text: str) -> str:
    """Any text with the passwords of the URLs in it replaced by ***."""
    return _USER_INFO.sub(r"\1:***@", text)
