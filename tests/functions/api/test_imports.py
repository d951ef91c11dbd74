"""A cold start pays for what is imported: what an API function must not pull in."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
# powertools itself imports the top of botocore, which is nothing; a session or a client is what costs.
FORBIDDEN = (
    "boto3",
    "botocore.session",
    "botocore.client",
    "av",
    "pydantic",
    "ffmpeg",
    "numpy",
    "xml.etree",
    "defusedxml",
)
FUNCTIONS = (
    *("account", "jobs", "inputs", "outputs", "reports", "notifications", "keys", "credentials"),
    *("encoder", "files", "downloads"),
)
FORBIDDEN_ROOMS = (
    "stepcoder.plan",
    "stepcoder.request",
    "stepcoder.commands",
    "stepcoder.media",
    "stepcoder.net",
    "stepcoder.dialects.zencoder.xml",
)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_an_api_function_imports_nothing_it_may_not_need(function: str) -> None:
    script = f"import sys, api.{function}; print(*sys.modules)"
    paths = f"{ROOT / 'layers/core'}:{ROOT / 'functions'}"
    run = subprocess.run(
        [sys.executable, "-c", script], env={"PYTHONPATH": paths}, capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert not [name for name in (*FORBIDDEN, *FORBIDDEN_ROOMS) if name in loaded]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_door_is_small(function: str) -> None:
    assert len((ROOT / "functions" / "api" / f"{function}.py").read_text().splitlines()) <= 60
