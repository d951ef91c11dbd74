"""What of a request has no effect, in sentences for whoever sent it. Nothing is refused here (zencoder-api 1.3, 3.28).

Unknown members are ignored, never rejected: a typing error shows nowhere but in these sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from stepcoder.request.precedence import given, losers
from stepcoder.request.setting import SettingGroup, declared
from stepcoder.request.unsupported import asks_nothing, harmless, refused

# A request can be full of nonsense; what tells of it stays readable, and small enough to be kept with the job.
MOST = 50
_LONGEST_NAME = 60


def ignored_members(model: type[SettingGroup], members: Mapping[str, object], path: str) -> Iterator[str]:
    """A sentence for each member of a hash that was passed over: unknown here, or known and without effect."""
    known = declared(model)
    spellings = {alias for found in known.values() for alias in found.setting.aliases}
    reasons = harmless(model.level)
    for name, value in members.items():
        if name in known or name in spellings or name in refused(model.level) or name == "api_key":
            continue
        place = f"{path}.{_shown(name)}" if path else _shown(name)
        if name not in reasons:
            yield f"{place} is not a setting of {_LEVELS[model.level]}{_elsewhere(name)} and was ignored."
        elif not asks_nothing(value):
            yield f"{place} has no effect: {reasons[name]}."


def beaten_settings(request: SettingGroup, path: str = "") -> Iterator[str]:
    """A sentence for each setting given in vain, in the request and in the hashes within it."""
    for loser, winner in losers(request).items():
        yield f"{path}{loser} has no effect: {winner} decides."
    for name in sorted(given(request)):
        value = getattr(request, name)
        for index, part in enumerate(value if isinstance(value, tuple) else ()):
            if isinstance(part, SettingGroup):
                yield from beaten_settings(part, f"{path}{name}[{index}].")


_LEVELS: Mapping[str, str] = {
    "job": "a job",
    "outputs": "an output",
    "thumbnails": "a thumbnail set",
    "streams": "a stream",
    "notifications": "a notification",
}


def _elsewhere(name: str) -> str:
    places = [noun for level, noun in _LEVELS.items() if name in _names()[level]]
    return f" (it is one of {' and of '.join(places)})" if places else ""


@cache
def _names() -> Mapping[str, frozenset[str]]:
    # Imported late: the catalogue reads the models, which are read with the help of this module.
    from stepcoder.request.catalogue import catalogue

    entries = catalogue()
    return {level: frozenset(entry.name for entry in entries if entry.level == level) for level in _LEVELS}


def _shown(name: str) -> str:
    printable = "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in name)
    return printable if len(printable) <= _LONGEST_NAME else printable[: _LONGEST_NAME - 1] + "…"
