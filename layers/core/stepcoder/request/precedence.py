"""Which setting wins where several speak about the same thing. Works from the declarations' `beats`; knows no names."""

from __future__ import annotations

from collections.abc import Mapping, Set
from functools import cache
from typing import Any, TypeVar

from stepcoder.request.setting import SettingGroup, declared

Settings = TypeVar("Settings", bound=SettingGroup)


def settle(request: Settings) -> Settings:
    """The request without the settings that lose, in itself and in the hashes within it.

    A loser goes back to its default and out of `model_fields_set`. Settling twice changes nothing.
    """
    lost = losers(request)
    kept = {name: _settled(getattr(request, name)) for name in request.model_fields_set if name not in lost}
    return type(request).model_construct(_fields_set=set(kept), **kept)


def losers(request: SettingGroup) -> Mapping[str, str]:
    """Each setting given in vain, with the name of the one that beats it."""
    present = given(request)
    return {
        loser: winner
        for winner in declared(type(request))
        if winner in present
        for loser in beaten_by(type(request), winner)
        if loser in present
    }


def given(request: SettingGroup) -> Set[str]:
    """The settings the customer gave a value for. An empty list is none."""
    return {name for name in request.model_fields_set if getattr(request, name) not in (None, ())}


@cache
def beaten_by(model: type[SettingGroup], winner: str) -> Set[str]:
    """Everything `winner` beats, also by way of others: crf beats quality, which beats video_bitrate."""
    settings = declared(model)
    beaten: set[str] = set()
    waiting = list(settings[winner].setting.beats)
    while waiting:
        loser = waiting.pop()
        if loser not in beaten:
            beaten.add(loser)
            waiting.extend(settings[loser].setting.beats)
    return frozenset(beaten)


def _settled(value: Any) -> Any:
    if isinstance(value, SettingGroup):
        return settle(value)
    if isinstance(value, tuple) and value and isinstance(value[0], SettingGroup):
        return tuple(settle(member) for member in value)
    return value
