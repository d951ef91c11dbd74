"""Lists every setting the service knows, from the declarations and the table of the rest. For documentation, tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from stepcoder.request.model import (
    AccessRequest,
    JobRequest,
    NotificationRequest,
    OutputRequest,
    StreamRequest,
    ThumbnailRequest,
    WatermarkRequest,
)
from stepcoder.request.quantities import plain
from stepcoder.request.setting import Declared, SettingGroup, declared
from stepcoder.request.unsupported import rows

MODELS: tuple[type[SettingGroup], ...] = (
    JobRequest,
    OutputRequest,
    ThumbnailRequest,
    WatermarkRequest,
    AccessRequest,
    StreamRequest,
    NotificationRequest,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting as documentation shows it."""

    name: str
    level: str
    status: Literal["supported", "alias", "harmless", "refused", "within"]
    type: str = ""
    range: str = ""
    default: str = ""
    effect: str = ""
    beats: tuple[str, ...] = ()


def catalogue() -> tuple[Entry, ...]:
    """Supported settings in order of declaration, their other spellings, then everything else."""
    return (*_supported(), *_aliases(), *_others())


def as_markdown() -> str:
    """The catalogue's supported part as one table."""
    lines = ["| Setting | Level | Type | Values | Default | Effect |", "|---|---|---|---|---|---|"]
    for entry in _supported():
        beats = f" Beats {', '.join(entry.beats)}." if entry.beats else ""
        cells = (f"`{entry.name}`", entry.level, entry.type, entry.range, entry.default, f"{entry.effect}.{beats}")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _supported() -> Iterator[Entry]:
    for model in MODELS:
        for found in declared(model).values():
            yield Entry(
                name=found.name,
                level=found.level,
                status="supported",
                type=found.kind.noun if found.kind else "array or hash",
                range=found.kind.allowed if found.kind else "hashes of settings",
                default=_default(found),
                effect=found.setting.effect,
                beats=found.setting.beats,
            )


def _aliases() -> Iterator[Entry]:
    for model in MODELS:
        for found in declared(model).values():
            for alias in found.setting.aliases:
                yield Entry(alias, found.level, "alias", effect=f"another spelling of {found.name}, which wins")


def _others() -> Iterator[Entry]:
    for row in rows():
        yield Entry(row.name, row.level, row.verdict, effect=row.why)


def _default(found: Declared) -> str:
    if found.setting.absent:
        return found.setting.absent
    if found.required:
        return "required"
    if found.default is None or found.default == ():
        return "–"
    if isinstance(found.default, Fraction):
        return plain(found.default)
    return str(found.default).lower()
