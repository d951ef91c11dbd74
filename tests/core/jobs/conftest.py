"""Every test here gets its own world."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from stepcoder.records import credentials
from tests.cloud import Cloud, cloud
from tests.core.jobs.uploads import Uploader
from tests.functions.api.world import World, world_in_memory

__all__ = ["cloud"]


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world_in_memory(monkeypatch) as made:
        yield made


@pytest.fixture
def key(world: World) -> str:
    """The key of an account."""
    return world.account()


@pytest.fixture
def uploader(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Uploader:
    """An account that puts files into its folder of the upload bucket."""
    monkeypatch.setattr(credentials, "_N", 2)  # hashing passwords is slow on purpose
    return Uploader(cloud)
