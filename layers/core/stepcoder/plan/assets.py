"""What was fetched for a job besides its input, as the planner is given it. Pure data; steps/ fetches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from stepcoder.media import Frozen


class Picture(Frozen):
    """An image that can be read: its name in the job's workspace, its size in pixels."""

    name: str
    width: int
    height: int


class CaptionsFile(Frozen):
    """Captions in the format of the output they are for, by their name in the job's workspace."""

    name: str


class Unusable(Frozen):
    """A file that can't be had, and why; whatever asks for it fails of that (zencoder-api 4.8)."""

    error_class: str
    message: str


Images = Mapping[str, Picture | Unusable]  # by URL


@dataclass(frozen=True)
class Assets:
    """Everything that the outputs' settings name."""

    images: Images = field(default_factory=dict)
    captions: Mapping[int, CaptionsFile | Unusable] = field(default_factory=dict)  # by output id
