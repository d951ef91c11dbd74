"""What file servers and object stores say no to, in words for every protocol. The network's own faults are net's."""

from __future__ import annotations

from enum import Enum

from stepcoder.errors import StepcoderError


class Why(Enum):
    LOGIN = "login"
    MISSING = "missing"
    DENIED = "denied"
    UNSAID = "unsaid"
    """The server won't, and does not say whether for want of the file or of a right (a bare FTP 550)."""
    FULL = "full"
    BUSY = "busy"
    PATH = "path"
    UNABLE = "unable"
    # What only object stores say.
    CONTAINER = "no such container"
    REGION = "no such region"
    CHANGED = "changed"


class Refusal(StepcoderError):
    """A server's no. `answer` is what it said, fit to be shown: a code, or a few of its words."""

    def __init__(self, why: Why, answer: str) -> None:
        super().__init__(f"The server refused ({why.value}): {answer}")
        self.why = why
        self.answer = answer

    @property
    def passing(self) -> bool:
        """Whether another try may be met with a yes."""
        return self.why is Why.BUSY


def shown(text: str, limit: int = 120) -> str:
    """A server's words as a sentence may quote them: one short line without control characters."""
    line = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(line.split())[:limit]
