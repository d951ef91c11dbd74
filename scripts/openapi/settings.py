"""Schemas of job requests, from the declarations of settings in stepcoder.request. No setting is named here.

Only the proper type of each value is shown. That other spellings are taken too is said once, in the introduction.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import singledispatch
from typing import Any

from scripts.openapi.operation import Undocumented
from stepcoder.dialects.zencoder.schemas.shapes import Schema
from stepcoder.request import (
    addresses,
    decryption,
    kinds,
    notifications,
    quantities,
    storing,
    streaming,
    watermarks,
)
from stepcoder.request.catalogue import MODELS, catalogue
from stepcoder.request.setting import Declared, Kind, SettingGroup, declared

_CLOCK = r"^(\d{1,4}:)?[0-5]?\d:[0-5]?\d(\.\d{1,18})?$"
_STORED = r"^(https?|s3(\+[a-z0-9-]+)?|gcs|cf(\+[a-z0-9-]+)?|azure|ftps?|sftp)://\S+$"
_ONE_LINE = r"^[^\x00-\x1f\x7f-\x9f]*$"


def request_schemas() -> dict[str, Schema]:
    """The schema of every hash of settings, by the name of its model."""
    return {model.__name__: _hash(model) for model in MODELS}


def _hash(model: type[SettingGroup]) -> Schema:
    settings = declared(model)
    schema: Schema = {
        "type": "object",
        "description": _first_line(model),
        "properties": dict(_properties(model)),
        "required": [name for name, found in settings.items() if found.required and found.hashes is None],
    }
    unknown = {status: sorted(_others(model.level, status)) for status in ("refused", "harmless")}
    if unknown["refused"]:
        schema["x-refused-settings"] = unknown["refused"]
    if unknown["harmless"]:
        schema["x-settings-without-effect"] = unknown["harmless"]
    return schema if schema["required"] else {name: part for name, part in schema.items() if name != "required"}


def _others(level: str, status: str) -> Iterator[str]:
    return (entry.name for entry in catalogue() if entry.level == level and entry.status == status)


def _properties(model: type[SettingGroup]) -> Iterator[tuple[str, Schema]]:
    for name, found in declared(model).items():
        schema = _hashes(found.hashes) if found.hashes else schema_of(found.kind)
        yield name, {**schema, **_default(found), "description": _description(found)}
        for alias in found.setting.aliases:
            yield alias, {**schema, "description": f"Another spelling of `{name}`, which wins.", "deprecated": True}


def _description(found: Declared) -> str:
    setting = found.setting
    sentences = [setting.effect[0].upper() + setting.effect[1:]]
    if found.kind is not None:
        sentences.append(f"It must be {found.kind.allowed}")
    if setting.absent:
        sentences.append(f"Not given: {setting.absent}")
    if setting.beats:
        sentences.append("Wins over " + ", ".join(f"`{name}`" for name in setting.beats))
    return ". ".join(sentences) + "."


def _default(found: Declared) -> Schema:
    if found.required or found.setting.absent or found.default is None or found.default == ():
        return {}
    value = found.default
    if isinstance(value, Fraction):
        value = value.numerator if value.denominator == 1 else float(value)
    return {"default": value}


def _hashes(model: type[SettingGroup]) -> Schema:
    """A list of hashes, or one without a list; a bare value where the model knows what it would mean."""
    one: list[Schema] = [{"$ref": f"#/components/schemas/{model.__name__}"}]
    if model.bare_member is not None:
        one.append(schema_of(declared(model)[model.bare_member].kind))
    several: Schema = {"type": "array", "items": one[0] if len(one) == 1 else {"anyOf": one}}
    if model.most is not None:
        several["maxItems"] = model.most
    return {"anyOf": [several, *one]}


def _first_line(model: type[SettingGroup]) -> str:
    return (model.__doc__ or "").partition("\n")[0]


@singledispatch
def schema_of(kind: Any) -> Schema:
    """The schema of the values a kind reads."""
    raise Undocumented(f"{type(kind).__name__} has no schema: register one in scripts/openapi/settings.py.")


@schema_of.register
def _(kind: kinds.Flag) -> Schema:
    return {"type": "boolean"}


@schema_of.register
def _(kind: kinds.Text) -> Schema:
    return {"type": "string", "maxLength": kind.longest, **({"pattern": _ONE_LINE} if kind.one_line else {})}


@schema_of.register
def _(kind: decryption.HexKey) -> Schema:
    return {"type": "string", "pattern": "^(0[xX])?([0-9a-fA-F]{32}){1,2}$"}


@schema_of.register
def _(kind: kinds.Choice) -> Schema:
    whole = all(isinstance(option, int) for option in kind.options)
    # Other spellings of an option are left out; words that mean something else, such as "auto", are not.
    words = [word for word, meant in kind.same_as.items() if meant not in kind.options]
    return {"type": "integer" if whole else "string", "enum": [*kind.options, *words]}


@schema_of.register
def _(kind: quantities.Whole) -> Schema:
    return {"type": "integer", "minimum": kind.low, "maximum": kind.high}


@schema_of.register
def _(kind: quantities.WholeOrAuto) -> Schema:
    return {"anyOf": [{"type": "integer", "minimum": kind.low, "maximum": kind.high}, {"const": "auto"}]}


@schema_of.register
def _(kind: quantities.Number) -> Schema:
    low = {"exclusiveMinimum" if kind.above else "minimum": float(kind.low)}
    return {"type": "number", **low, **({} if kind.high is None else {"maximum": float(kind.high)})}


@schema_of.register
def _(kind: quantities.Clock) -> Schema:
    low = {"exclusiveMinimum" if kind.above_zero else "minimum": 0}
    return {"anyOf": [{"type": "number", **low}, {"type": "string", "pattern": _CLOCK}]}


@schema_of.register
def _(kind: quantities.Moments) -> Schema:
    return {"type": "array", "items": schema_of(quantities.Clock())}


@schema_of.register
def _(kind: quantities.Size) -> Schema:
    return {"type": "string", "pattern": r"^[1-9]\d{0,4}x[1-9]\d{0,4}$", "examples": ["1280x720"]}


@schema_of.register
def _(kind: watermarks.Placing) -> Schema:
    word = r"^(centered|-?(\d{1,4}|\d{1,2}(\.\d{1,6})?%))$"
    return {"anyOf": [{"type": "integer", "minimum": -16384, "maximum": 16384}, {"type": "string", "pattern": word}]}


@schema_of.register
def _(kind: watermarks.Side) -> Schema:
    word = r"^([1-9]\d{0,3}|[1-9]\d?(\.\d{1,6})?%)$"
    return {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 16384}, {"type": "string", "pattern": word}]}


@schema_of.register
def _(kind: addresses.InputUrl) -> Schema:
    return {"type": "string", "pattern": _STORED}


@schema_of.register
def _(kind: addresses.OutputUrl) -> Schema:
    return {"type": "string", "pattern": _STORED}


@schema_of.register
def _(kind: addresses.NotificationAddress) -> Schema:
    return {"type": "string", "pattern": r"^(https?://\S+|(mailto:)?[^\s@]+@[^\s@]+\.[^\s@]+)$"}


@schema_of.register(addresses.PlaylistPath)
@schema_of.register(streaming.Codecs)
def _(kind: Kind) -> Schema:
    return {"type": "string"}


@schema_of.register
def _(kind: addresses.FileName) -> Schema:
    return {"type": "string", "maxLength": kind.longest}


@schema_of.register
def _(kind: kinds.Md5) -> Schema:
    return {"type": "string", "pattern": "^[0-9A-Fa-f]{32}$"}


@schema_of.register
def _(kind: notifications.Headers) -> Schema:
    return {"type": "object", "additionalProperties": {"type": "string", "maxLength": 100}, "maxProperties": 50}


@schema_of.register
def _(kind: storing.SharedAccess) -> Schema:
    return {"type": "string", "pattern": r"^\??[^\s#]+=[^\s#]+$", "examples": ["sv=2022-11-02&sr=b&sp=r&sig=…"]}


@schema_of.register
def _(kind: storing.Grantee) -> Schema:
    return {"type": "string", "pattern": storing.GRANTEE.pattern}


@schema_of.register
def _(kind: storing.Permissions) -> Schema:
    one: Schema = {"type": "string", "enum": list(storing.PERMISSIONS)}
    return {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
