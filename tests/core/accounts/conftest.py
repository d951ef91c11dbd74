"""These tests run against an AWS in this process, with hashes that cost nothing."""

from __future__ import annotations

import pytest

from stepcoder.records import credentials
from tests.cloud import cloud

__all__ = ["cloud"]


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "_N", 2)
