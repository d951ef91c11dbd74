"""How the template's functions are run here: import paths for layers, environment, how many at once. Starts nothing."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from .declared import FunctionSpec, Template
from .sandbox import Launch

# Where the code of each Python layer lies in the source tree; ffmpeg and PyAV come from the environment's packages.
_LAYER_PATHS = {"CoreLayer": "layers/core"}
_SIDE_BY_SIDE = 4
_MOST_VCPUS = 4  # a ladder has little use for more
# Encoding must not make the API slow to answer: it gives way to everything else on the machine.
_BACKGROUND = {"EncodeFunction": 10, "PackageFunction": 5, "InspectFunction": 2, "VerifyFunction": 2}


def processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def vcpus_per_encoder() -> int:
    """Processors that one encode uses, as a worker on Lambda has several: enough threads for them, and no more."""
    return min(processors(), _MOST_VCPUS)


def encoders() -> int:
    """How many encodes run at once. Two on the same processors would push each other's frames out of their caches."""
    return max(1, processors() // vcpus_per_encoder())


def launches(template: Template, data: Path, cloud: Mapping[str, str], extra: Mapping[str, str]) -> dict[str, Launch]:
    """Each function by name. `cloud` are the AWS_* variables, `extra` what embedded mode sets differently."""
    logs, scratch = data / "logs", data / "tmp"
    logs.mkdir(parents=True, exist_ok=True)
    found = {}
    for logical, function in template.functions.items():
        found[function.name] = Launch(
            name=function.name,
            arn=function.arn,
            handler=function.handler,
            timeout=function.timeout,
            memory=function.memory,
            environment={**function.environment, **extra, **cloud},
            python_path=_python_path(template.root, function),
            scratch=scratch,
            log_file=logs / f"{function.name}.log",
            niceness=_BACKGROUND.get(logical, 0),
        )
    return found


def caps(template: Template) -> dict[str, int]:
    """How many sandboxes each function may have."""
    busy = {"EncodeFunction": encoders(), "PackageFunction": max(2, processors() // 2)}
    return {function.name: busy.get(logical, _SIDE_BY_SIDE) for logical, function in template.functions.items()}


def _python_path(root: Path, function: FunctionSpec) -> tuple[Path, ...]:
    layers = [root / _LAYER_PATHS[layer] for layer in function.layers if layer in _LAYER_PATHS]
    return ((root / function.code).resolve(), *layers)
