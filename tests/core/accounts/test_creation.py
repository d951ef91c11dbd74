"""Rules of accounts that no HTTP is needed for."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from stepcoder.accounts import period_end, require_active
from stepcoder.errors import Forbidden
from stepcoder.records.model import Account

ADA = Account(id=7, email="ada@example.org")


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        (datetime(2031, 4, 5, 6, 7, 8, 9, tzinfo=UTC), "2031-05-01T00:00:00Z"),
        (datetime(2031, 1, 31, tzinfo=UTC), "2031-02-01T00:00:00Z"),
        (datetime(2031, 12, 31, 23, 59, tzinfo=UTC), "2032-01-01T00:00:00Z"),
    ],
)
def test_a_period_ends_with_its_month(moment: datetime, end: str) -> None:
    assert period_end(moment) == end


def test_an_active_account_may_start_jobs() -> None:
    require_active(ADA)


@pytest.mark.parametrize("state", ["stopped", "suspended", "cancelled"])
def test_any_other_account_may_not(state: str) -> None:
    with pytest.raises(Forbidden, match=f"This account is {state}"):
        require_active(replace(ADA, state=state))
