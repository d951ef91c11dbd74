"""What the tests of embedded mode share: a tiny project of their own, its sandboxes, an in-process cloud."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from botocore.credentials import Credentials

from stepcoder_local.cloud import Cloud
from stepcoder_local.lambda_pool import LambdaPool
from stepcoder_local.sandbox import Launch
from stepcoder_local.service import ACCESS_KEY
from tests.local.embedded import embedded_service  # noqa: F401 - a fixture

TINY = Path(__file__).parent / "tiny"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:"


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Where handlers write down what they saw."""
    path = tmp_path / "notes"
    path.mkdir()
    return path


@pytest.fixture
def tiny(tmp_path: Path, notes: Path) -> Path:
    """A copy of the tiny project; its template's path."""
    project = tmp_path / "project"
    shutil.copytree(TINY, project, ignore=shutil.ignore_patterns("__pycache__"))
    template = project / "template.yaml"
    template.write_text(template.read_text().replace("@NOTES@", str(notes)))
    return template


MakePool = Callable[..., LambdaPool]


@pytest.fixture
def make_pool(tmp_path: Path, notes: Path) -> Iterator[MakePool]:
    """A pool with one function, named after its handler."""
    made: list[LambdaPool] = []

    def make(handler: str = "handlers.work", timeout: float = 3, cap: int = 2, wait: float = 30) -> LambdaPool:
        name = handler.split(".")[1]
        launch = Launch(
            name, ARN + name, handler, timeout, 128, {"NOTES": str(notes)}, (TINY,), tmp_path / "tmp", tmp_path / "log"
        )
        pool = LambdaPool({name: launch}, {name: cap}, wait)
        pool.start()
        made.append(pool)
        return pool

    yield make
    for pool in made:
        pool.close()


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """A cloud in this process, without functions."""
    environment = dict(os.environ)
    found = Cloud(tmp_path_factory.mktemp("cloud"), Credentials(ACCESS_KEY, "a-secret")).start()
    yield found
    found.stop()
    os.environ.clear()
    os.environ.update(environment)
