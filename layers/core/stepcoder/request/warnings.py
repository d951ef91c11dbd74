"""What of a request has no effect, in sentences for whoever sent it: a typing error shows nowhere else.

An extension of ours; nothing is refused here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from stepcoder.request.catalogue import catalogue
from stepcoder.request.ignored import Ignored
from stepcoder.request.model import JobRequest
from stepcoder.request.precedence import given, losers
from stepcoder.request.setting import SettingGroup

# A request can be full of nonsense; what tells of it stays readable, and small enough to be kept with the job.
MOST = 50
_LONGEST_NAME = 60

_LEVELS: Mapping[str, str] = {
    "job": "a job",
    "outputs": "an output",
    "thumbnails": "a thumbnail set",
    "watermarks": "a watermark",
    "streams": "a stream",
    "notifications": "a notification",
}


def warnings(request: JobRequest, ignored: Iterable[Ignored]) -> tuple[str, ...]:
    """One sentence for each member passed over and each setting that another beats; at most 50, each once."""
    sentences = dict.fromkeys((*(_sentence(each) for each in ignored), *_beaten(request)))
    return tuple(sentences)[:MOST]


def _sentence(ignored: Ignored) -> str:
    name = _shown(ignored.name)
    place = f"{ignored.path}.{name}" if ignored.path else name
    if ignored.why is not None:
        return f"{place} has no effect: {ignored.why}."
    return f"{place} is not a setting of {_LEVELS[ignored.level]}{_elsewhere(ignored.name)} and was ignored."


def _beaten(request: SettingGroup, path: str = "") -> Iterator[str]:
    for loser, winner in losers(request).items():
        yield f"{path}{loser} has no effect: {winner} decides."
    for name in sorted(given(request)):
        value = getattr(request, name)
        for index, part in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(part, SettingGroup):
                yield from _beaten(part, f"{path}{name}[{index}].")


def _elsewhere(name: str) -> str:
    places = [noun for level, noun in _LEVELS.items() if name in _names()[level]]
    return f" (it is one of {' and of '.join(places)})" if places else ""


@cache
def _names() -> Mapping[str, frozenset[str]]:
    entries = catalogue()
    return {level: frozenset(entry.name for entry in entries if entry.level == level) for level in _LEVELS}


def _shown(name: str) -> str:
    printable = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name)
    return printable if len(printable) <= _LONGEST_NAME else printable[: _LONGEST_NAME - 1] + "…"
