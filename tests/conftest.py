"""The order of the tests. Fixtures belong beside the tests that use them."""

from __future__ import annotations

from pathlib import Path

import pytest

LOCAL = Path(__file__).parent / "local"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first, journeys through the whole service late: a broken detail shows before the long work starts.

    The embedded cloud changes moto for its whole process, so its tests come after all that use moto otherwise.
    """
    items.sort(
        key=lambda item: (
            item.path.is_relative_to(LOCAL),
            item.get_closest_marker("journey") is not None,
            item.get_closest_marker("slow") is not None,
        )
    )
