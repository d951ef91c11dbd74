"""Which sample event in events/ is which function's. Nothing is called here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from stepcoder_local.declared import FunctionSpec, Template
from stepcoder_local.gateway import Router

# A job's steps in the order in which they come in a job that goes well; GiveUp finds nothing left to give up then.
_STEPS = ("inspect", "share_bits", "encode", "package", "verify", "finish", "give_up")


@dataclass(frozen=True)
class Sample:
    """A function by its logical id, and the file with an event for it."""

    function: str
    path: Path

    @property
    def is_request(self) -> bool:
        """Whether it comes from the HTTP API."""
        return self.path.parent.name == "api"


def samples(template: Template, events: Path) -> dict[str, list[Sample]]:
    """The samples of each function, by its logical id; an empty list where there is none.

    Requests belong to whoever the template's routes lead to. Other samples are named after the function's module:
    pipeline/encode.json is pipeline.encode.handler's, and so would pipeline/encode-with-sound.json be.
    """
    found: dict[str, list[Sample]] = {logical: [] for logical in template.functions}
    logical_ids = {function.name: logical for logical, function in template.functions.items()}
    router = Router(template.routes)
    for path in sorted((events / "api").glob("*.json")):
        event = json.loads(path.read_text())
        route = router.find(event["requestContext"]["http"]["method"], event["rawPath"])
        if route is not None:
            logical = logical_ids[route[0].function]
            found[logical].append(Sample(logical, path))
    for logical, function in template.functions.items():
        found[logical] += [Sample(logical, path) for path in _named_after(function, events)]
    return found


def _named_after(function: FunctionSpec, events: Path) -> list[Path]:
    package, module = function.handler.split(".")[:2]
    paths = sorted((events / package).glob("*.json")) if package != "api" else []
    own = [path for path in paths if path.stem.partition("-")[0] == module]
    return sorted(own, key=lambda path: path.stem != module)


def in_order(chosen: list[Sample]) -> list[Sample]:
    """The steps first, so that one job goes through them; requests last, when there is a job to ask about."""

    def place(sample: Sample) -> tuple[bool, int, str]:
        step = sample.path.parent.name == "pipeline"
        known = step and sample.path.stem in _STEPS
        rank = _STEPS.index(sample.path.stem) if known else len(_STEPS) + (not step)
        return sample.is_request, rank, sample.function

    return sorted(chosen, key=place)
