"""What holds for every test of the package's own modules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.core.net.watching import watched


@pytest.fixture(scope="session", autouse=True)
def _nothing_connects_around_the_guard() -> Iterator[None]:
    with watched():
        yield
