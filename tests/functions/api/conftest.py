"""Every test here gets its own world."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.functions.api.world import World, world_in_memory


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with world_in_memory(monkeypatch) as made:
        yield made


@pytest.fixture
def key(world: World) -> str:
    """The key of an account."""
    return world.account()
