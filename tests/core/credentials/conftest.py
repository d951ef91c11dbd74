"""These tests run against an AWS in this process that has a key for saved credentials."""

from __future__ import annotations

import pytest

from stepcoder.credentials import resolving
from stepcoder.records import credentials
from stepcoder.records.model import Account
from tests.cloud import Cloud, cloud, provide_credentials_key

__all__ = ["cloud"]


@pytest.fixture
def ada(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account that can save credentials."""
    monkeypatch.setattr(credentials, "_N", 2)
    provide_credentials_key(monkeypatch)
    resolving.forget()
    return cloud.records.create_account("ada@example.org")[0]
