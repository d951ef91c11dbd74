"""From the hashes of a decoded request body to request models, with a sentence for every value that is wrong.

Leniency of zencoder-api 1.3 and 2.1: a hash may stand for a list of one, null and anything empty for absent, older
spellings for today's; unknown members are ignored. Nothing here knows a setting's name: everything follows the
declarations.

Values are read by their kinds one by one, not by validating the model, so that one wrong value hides no other problem
and a cold start builds no core schema. `model_validate`, used on stored requests, goes through the same kinds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from stepcoder.request.ignored import ignored_members
from stepcoder.request.lists import listed
from stepcoder.request.problems import Problems, shown
from stepcoder.request.setting import Declared, SettingGroup, Wrong, declared
from stepcoder.request.unsupported import asks_nothing, refusals

Settings = TypeVar("Settings", bound=SettingGroup)


def read_hash(model: type[Settings], value: object, path: str, problems: Problems) -> Settings:
    """One hash of settings, and the hashes in it. `path` is where it stands in the request, empty for the body itself.

    What can't be read is noted in `problems` and left out, so that the rest can still be judged.
    """
    if not isinstance(value, dict):
        if model.bare_member is None or isinstance(value, list):
            problems.add(path, f"{path} is {shown(value)}: it must be a hash of settings.")
            return model.model_construct()
        return _bare(model, model.bare_member, value, path, problems)
    members, spelling = _canonical(model, _present(value))
    problems.ignored.extend(ignored_members(model, members, path))
    members = model.heeded(members)
    for name in refusals(model.level, members):
        problems.add(_at(path, name), f"{_at(path, name)} is not supported yet.")
    values: dict[str, Any] = {}
    for name, setting in declared(model).items():
        if name in members:
            _read(setting, members[name], _at(path, spelling.get(name, name)), values, problems)
        elif setting.required and setting.hashes:
            values[name] = (setting.hashes.model_construct(),)
        elif setting.required:
            problems.add(_at(path, name), f"{_at(path, name)} is required: it must be {_allowed(setting)}.")
    return model.model_construct(_fields_set=set(values), **values)


def _bare(model: type[Settings], member: str, value: object, path: str, problems: Problems) -> Settings:
    """A bare value in the place of a hash, such as a notification's URL."""
    values: dict[str, Any] = {}
    _read(declared(model)[member], value, path, values, problems)
    return model.model_construct(_fields_set=set(values), **values)


def _read(setting: Declared, value: object, path: str, values: dict[str, Any], problems: Problems) -> None:
    if setting.hashes is not None:
        values[setting.name] = _hashes(setting.hashes, value, setting.required, path, problems)
        return
    assert setting.kind is not None, setting.name  # noqa: S101 - a declaration is a kind or a list of hashes
    try:
        values[setting.name] = setting.kind.read(value)
    except Wrong as wrong:
        problems.refuse(path, value, wrong)


def _hashes(model: type[Settings], value: object, needed: bool, path: str, problems: Problems) -> tuple[Settings, ...]:
    items = _items(model, value)
    if model.most is not None and len(items) > model.most:
        problems.add(path, model.too_many.format(path=path))
    hashes = tuple(
        read_hash(model, item, f"{path}[{index}]", problems) for index, item in enumerate(items[: model.most])
    )
    return hashes or ((model.model_construct(),) if needed else ())


def _items(model: type[SettingGroup], value: object) -> list[object]:
    """The hashes in a list. An empty one is one, and asks for defaults, unless it stands where a bare value might."""
    if not isinstance(value, dict | list) and asks_nothing(value):
        return []
    items = [{} if item == [] else item for item in listed(value)]
    return [item for item in items if not _absent(item) or (item == {} and model.bare_member is None)]


def _present(members: Mapping[Any, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if isinstance(name, str) and not _absent(value)}


def _absent(value: object) -> bool:
    """PHP writes an empty hash as an empty list, so neither says anything."""
    return value is None or value == [] or value == {} or (isinstance(value, str) and not value.strip())


def _canonical(model: type[SettingGroup], members: dict[str, object]) -> tuple[dict[str, object], dict[str, str]]:
    """The members under today's names, and how those were spelled that came under an older one."""
    spelling: dict[str, str] = {}
    for name, found in declared(model).items():
        older = next((alias for alias in found.setting.aliases if alias in members), None)
        if older is not None and name not in members:
            members[name] = members[older]
            # Lists of hashes keep today's name: paths such as outputs[0].width are what answers use too.
            spelling[name] = name if found.hashes else older
    return members, spelling


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _allowed(setting: Declared) -> str:
    return setting.kind.allowed if setting.kind is not None else "a list of hashes"
