"""The order of the tests. Fixtures belong beside the tests that use them."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first, journeys through the whole service last: a broken detail shows before the long work starts."""
    items.sort(
        key=lambda item: (item.get_closest_marker("journey") is not None, item.get_closest_marker("slow") is not None)
    )
