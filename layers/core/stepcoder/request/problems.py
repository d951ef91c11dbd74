"""The sentences of a refused request: collected by path, one per setting, without credentials. Judges nothing."""

from __future__ import annotations

import json

from stepcoder.errors import InvalidRequest
from stepcoder.request.ignored import Ignored
from stepcoder.request.setting import Wrong

_LONGEST_VALUE = 60


class Problems:
    """Problems in the order found. The first one about a path stands; what follows from it is not reported again."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}
        self.ignored: list[Ignored] = []  # what was passed over: no problem, but worth a word

    def add(self, path: str, sentence: str) -> None:
        """Notes a whole sentence about the setting at `path`, unless it, or the hash it is in, is known to be wrong."""
        hash_path = path.rpartition(".")[0]
        if not hash_path.endswith("]") or hash_path not in self._sentences:
            self._sentences.setdefault(path, sentence)

    def refuse(self, path: str, value: object, wrong: Wrong) -> None:
        """Notes that `value` at `path` is wrong."""
        self.add(path, wrong.whole or f"{path} is {shown(value)}{wrong.verdict}: it must be {wrong.allowed}.")

    def raise_if_any(self) -> None:
        """Raises InvalidRequest with every sentence, each once."""
        if self._sentences:
            raise InvalidRequest(*dict.fromkeys(self._sentences.values()))


def shown(value: object) -> str:
    """A value as a sentence shows it: at most 60 characters, credentials left out, printable."""
    if isinstance(value, dict):
        return "a hash"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, str):
        return f'"{_shortened(_printable(without_credentials(value)))}"'
    if value is None or isinstance(value, bool | float):
        return json.dumps(value)
    # A JSON number may have thousands of digits, more than Python agrees to print.
    return str(value) if isinstance(value, int) and abs(value) < 10**_LONGEST_VALUE else "a very large number"


def without_credentials(text: str) -> str:
    """A URL without user, password and query; other text as it is.

    Greedy on purpose: an unencoded password may hold any character, so everything up to the last @ goes.
    """
    scheme, separator, rest = text.partition("://")
    if not separator:
        before, at, after = text.rpartition("@")
        return f"***@{after}" if at and ":" in before else text
    if "@" in rest:
        rest = "***@" + rest.rpartition("@")[2]
    address, query, _ = rest.partition("?")
    return f"{scheme}://{address}{'?…' if query else ''}"


def _printable(text: str) -> str:
    text = text.encode("utf-8", "replace").decode()
    return "".join(character if character.isprintable() else "�" for character in text)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
