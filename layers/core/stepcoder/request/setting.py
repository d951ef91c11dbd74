"""What a setting declaration is made of: its kind, its metadata, and the model that holds settings. No setting here.

A setting is one line of a group file:

    name: Annotated[Kind, Setting("what it does", …)] = default

`Kind` reads and checks one value; `Setting` carries the effect, the other spellings and what it beats. Reading,
precedence, errors and the catalogue all work from that line; nothing else branches on a setting's name.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from pydantic import BaseModel, ConfigDict

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler
    from pydantic_core import CoreSchema


class Wrong(ValueError):
    """A value that is refused. The sentence becomes `<path> is <value><verdict>: it must be <allowed>.`

    `whole` replaces that sentence where a recorded text must stand word for word (zencoder-api 1.6).
    """

    def __init__(self, allowed: str = "", *, verdict: str = "", whole: str = "") -> None:
        super().__init__(whole or allowed)
        self.allowed = allowed
        self.verdict = verdict
        self.whole = whole


class Kind:
    """Reads one value of a request leniently into a Python value, and writes it back for JSON."""

    noun: ClassVar[str] = "value"  # the type's name in the catalogue

    @property
    def allowed(self) -> str:
        """What values are accepted, as in "it must be …"."""
        raise NotImplementedError

    def read(self, value: object) -> object:
        """The canonical value. Raises Wrong. Reads its own `write` back unchanged."""
        raise NotImplementedError

    def write(self, value: Any) -> object:
        """A plain JSON value."""
        return value

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        written = core_schema.plain_serializer_function_ser_schema(self.write, when_used="json")
        return core_schema.no_info_plain_validator_function(self.read, serialization=written)


@dataclass(frozen=True, slots=True)
class Setting:
    """Metadata of one declaration."""

    effect: str  # one line: what it does
    absent: str = ""  # what holds when it is not given, where the default value itself doesn't say
    beats: tuple[str, ...] = ()  # settings of the same hash that lose when this one is given
    aliases: tuple[str, ...] = ()  # older spellings; this one wins when both are given


class SettingGroup(BaseModel):
    """Settings that belong together, and the base of the hashes composed of them.

    Immutable, unknown members ignored (zencoder-api 1.3), core schema built at first use to keep cold starts short.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    level: ClassVar[str] = ""  # the hash these settings stand in: job, outputs, thumbnails, streams, notifications
    most: ClassVar[int | None] = None  # how many hashes of this level one list may hold
    too_many: ClassVar[str] = ""  # the sentence when there are more; {path} is the list's
    bare_member: ClassVar[str | None] = None  # the member meant when a bare value stands where a hash should

    @classmethod
    def heeded(cls, members: dict[str, object]) -> dict[str, object]:
        """Those of a hash's members that matter, given the others; the rest are ignored unread."""
        return members


@dataclass(frozen=True, slots=True)
class Declared:
    """A setting as found on a model: everything its one declaration says."""

    name: str
    level: str
    setting: Setting
    kind: Kind | None  # None for hashes of settings
    hashes: type[SettingGroup] | None  # what a list of hashes holds
    default: object
    required: bool


@cache
def declared(model: type[SettingGroup]) -> Mapping[str, Declared]:
    """Every setting of a model by name, in order of declaration."""
    return MappingProxyType({found.name: found for found in _declarations(model)})


def written(request: SettingGroup) -> dict[str, object]:
    """What was given, as plain JSON values: `model_dump(mode="json", exclude_unset=True)` without its core schema.

    Building that schema takes longer than reading the whole request, and a cold start would pay for it.
    """
    return {
        name: _written(found, getattr(request, name))
        for name, found in declared(type(request)).items()
        if name in request.model_fields_set
    }


def _written(found: Declared, value: Any) -> object:
    if found.kind is None:
        return [written(each) for each in value]
    return None if value is None else found.kind.write(value)


def _declarations(model: type[SettingGroup]) -> Iterator[Declared]:
    for name, field in model.model_fields.items():
        metadata = (*field.metadata, *_metadata_within(field.annotation))
        yield Declared(
            name=name,
            level=model.level,
            setting=next(item for item in metadata if isinstance(item, Setting)),
            kind=next((item for item in metadata if isinstance(item, Kind)), None),
            hashes=_hashes_of(field.annotation),
            default=None if field.is_required() else field.get_default(call_default_factory=True),
            required=field.is_required(),
        )


def _metadata_within(annotation: object) -> Iterator[object]:
    """Metadata of the members of a union: in `Kbps | None` the kind sits on `Kbps`."""
    for member in get_args(annotation):
        yield from getattr(member, "__metadata__", ())


def _hashes_of(annotation: object) -> type[SettingGroup] | None:
    for member in get_args(annotation):
        if isinstance(member, type) and issubclass(member, SettingGroup):
            return member
    return None
