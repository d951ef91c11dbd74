"""Rules of accounts that no HTTP is needed for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from stepcoder.accounts import account_for_key, period_end
from stepcoder.errors import Unauthorized


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


@pytest.mark.parametrize("key", [None, 5, "", "  ", "ключ", "\ud800", "x" * 300, ["a"], b"a"])
def test_what_can_t_be_a_key_is_refused_without_a_look_at_the_table(key: object) -> None:
    with pytest.raises(Unauthorized):
        account_for_key(key)
