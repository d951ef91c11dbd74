"""The kinds of value that are words: flags, text, choices. Measures: quantities.py. Places: addresses.py.

Read leniently, as the reference's own examples need (zencoder-api 1.3): 1 and "true" are both true.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from stepcoder.request.quantities import exact, plain
from stepcoder.request.setting import Kind, Wrong

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_UNPAIRED = re.compile("[\ud800-\udfff]")


def listing(values: Iterable[object]) -> str:
    """Values for a sentence: "mp4", "png or jpg", "one of mp4, ts or m4f"."""
    *first, last = [str(value) for value in values]
    several = "one of " if len(first) > 1 else ""
    return f"{several}{', '.join(first)} or {last}" if first else last


def digits(value: object) -> str | None:
    """A number as a text; None for anything else, and for numbers too long to be meant as one."""
    if isinstance(value, float):
        return repr(value) if exact(value) is not None else None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30 else None


def has_control_characters(text: str) -> bool:
    """True for characters that have no place in a name or an address, unpaired surrogates included."""
    return _CONTROL.search(text) is not None


class Flag(Kind):
    """True or false: also 1, 0, "1", "0", "true", "false"."""

    noun: ClassVar[str] = "boolean"
    _WORDS: ClassVar[Mapping[str, bool]] = {"true": True, "1": True, "false": False, "0": False}

    @property
    def allowed(self) -> str:
        return "true or false"

    def read(self, value: object) -> bool:
        if isinstance(value, int | float) and value in (0, 1):
            return bool(value)
        if isinstance(value, str) and value.strip().lower() in self._WORDS:
            return self._WORDS[value.strip().lower()]
        raise Wrong(self.allowed)


@dataclass(eq=False)
class Text(Kind):
    """Free text; a number is taken as its digits. `one_line` refuses control characters."""

    longest: int = 255
    one_line: bool = True
    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return f"text of at most {self.longest} characters" + (" on one line" if self.one_line else "")

    def read(self, value: object) -> str:
        text = value if isinstance(value, str) else digits(value)
        if text is None or len(text) > self.longest or (self.one_line and has_control_characters(text)):
            raise Wrong(self.allowed)
        # Unpaired surrogates can't be written as UTF-8, so nothing after this could store or send them.
        if _UNPAIRED.search(text):
            raise Wrong("text that can be written as UTF-8")
        return text


class Md5(Kind):
    """An MD5 digest in hexadecimal, in any case."""

    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return "an MD5 checksum of 32 hexadecimal digits"

    def read(self, value: object) -> str:
        text = value.strip().lower() if isinstance(value, str) else ""
        if not re.fullmatch("[0-9a-f]{32}", text):
            raise Wrong(self.allowed)
        return text


@dataclass(eq=False)
class Choice(Kind):
    """One of a few words or numbers. `later` are the reference's other values, which this service doesn't do yet."""

    options: tuple[Any, ...]
    later: tuple[Any, ...] = ()
    same_as: Mapping[str, Any] = field(default_factory=dict)  # other spellings
    noun: ClassVar[str] = "string"

    @property
    def allowed(self) -> str:
        return listing(self.options)

    def read(self, value: object) -> Any:
        word = self._word(value)
        if word in self.same_as:
            return self.same_as[word]
        for option in self.options:
            if word == str(option):
                return option
        later = word in {str(option) for option in self.later}
        raise Wrong(self.allowed, verdict=", which is not supported yet" if later else "")

    def _word(self, value: object) -> str:
        if isinstance(value, str):
            return value.strip().lower()
        number = exact(value)
        return plain(number) if number is not None and abs(number) < 10**9 else ""
