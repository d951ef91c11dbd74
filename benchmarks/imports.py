"""`import_ms_*`: what a cold start of each API function pays for imports, and that it makes no AWS client in them."""

from __future__ import annotations

import os
import re
import subprocess
import sys

from benchmarks.films import ROOT
from benchmarks.report import Measure
from benchmarks.workbench import Workbench

FUNCTIONS = (
    "account",
    "jobs",
    "inputs",
    "outputs",
    "notifications",
    "reports",
    "keys",
    "credentials",
    "encoder",
    "files",
    "downloads",
)
_RUNS = 5
# A client can't be made without these modules.
_CLIENT_MODULES = ("botocore.session", "botocore.client", "boto3")
_SELF_TIME = re.compile(r"^import time:\s+(\d+) \|", re.MULTILINE)


def measure(bench: Workbench) -> list[Measure]:
    """Milliseconds over a bare interpreter, the best of several fresh processes."""
    del bench
    bare = min(_import_ms("pass") for _ in range(_RUNS))
    found = []
    for function in FUNCTIONS:
        best = min(_import_ms(f"import api.{function}") for _ in range(_RUNS))
        found.append(Measure(f"import_ms_{function}", best - bare, 250.0, "ms"))
    made = sum(_makes_client(function) for function in FUNCTIONS)
    print("  No API function makes an AWS client at import." if not made else "  An AWS CLIENT IS MADE AT IMPORT.")
    return [*found, Measure("aws_clients_at_import", made, 0, "functions")]


def import_ms(report: str) -> float:
    """Milliseconds of all imports in what `python -X importtime` wrote, each module's own time counted once."""
    return sum(map(int, _SELF_TIME.findall(report))) / 1000


def _import_ms(statement: str) -> float:
    return import_ms(_python("-X", "importtime", "-c", statement).stderr)


def _makes_client(function: str) -> bool:
    loaded = _python("-c", f"import sys, api.{function}; print(*sys.modules)").stdout.split()
    return any(name in loaded for name in _CLIENT_MODULES)


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter with the import path that Lambda has."""
    path = os.pathsep.join(str(ROOT / part) for part in ("functions", "layers/core"))
    return subprocess.run(
        [sys.executable, *arguments], env={"PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
