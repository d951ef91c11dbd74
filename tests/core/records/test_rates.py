from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder import runtime
from stepcoder.aws.expressions import Condition
from stepcoder.aws.table import Conflict, Update
from stepcoder.errors import TryAgain
from stepcoder.records.rates import WINDOW_SECONDS, RateStore
from tests.cloud import Cloud


def test_calls_are_counted_until_the_window_is_full(cloud: Cloud) -> None:
    counts = [cloud.records.count_call(7, "GET/details", 3) for _ in range(5)]
    assert [window.counted for window in counts] == [True, True, True, False, False]
    assert [window.calls for window in counts] == [1, 2, 3, 3, 3]


def test_a_window_begins_with_its_first_call_and_lasts_a_minute(cloud: Cloud) -> None:
    began = cloud.clock.now.timestamp()
    cloud.records.count_call(7, "GET/details", 1)
    cloud.clock.advance(seconds=WINDOW_SECONDS - 0.001)
    late = cloud.records.count_call(7, "GET/details", 1)
    assert (late.counted, late.ends_at) == (False, began + WINDOW_SECONDS)
    cloud.clock.advance(seconds=0.001)
    fresh = cloud.records.count_call(7, "GET/details", 1)
    assert (fresh.counted, fresh.calls, fresh.started_at) == (True, 1, cloud.clock.now.timestamp())


def test_accounts_and_groups_do_not_share_windows(cloud: Cloud) -> None:
    windows = [cloud.records.count_call(*who, 1) for who in ((7, "GET/details"), (8, "GET/details"), (7, "POST/jobs"))]
    assert all(window.counted for window in windows)


def test_windows_are_left_to_ttl(cloud: Cloud) -> None:
    cloud.records.count_call(7, "GET/details", 1)
    item = cloud.records.table.get("rates/7/GET/details")
    assert item is not None
    assert item["expires_at"] > cloud.clock.now.timestamp() + WINDOW_SECONDS


class CountingTable:
    """A table in a dict that counts writes; `before` is called ahead of each."""

    def __init__(self) -> None:
        self.items: dict[str, dict[str, Any]] = {}
        self.writes = 0
        self.before: Any = None

    def update(self, update: Update) -> dict[str, Any]:
        self.writes += 1
        if self.before is not None:
            self.before()
        item = self.items.get(update.path)
        assert update.when is not None
        if not holds(update.when, item):
            raise Conflict(None if item is None else dict(item))
        changed = {**(item or {}), **update.set_}
        for name, amount in update.add.items():
            changed[name] = changed.get(name, 0) + amount
        self.items[update.path] = changed
        return dict(changed)


def holds(condition: Condition, item: dict[str, Any] | None) -> bool:
    if condition.operator in ("and", "or"):
        parts = [holds(part, item) for part in condition.parts]
        return all(parts) if condition.operator == "and" else any(parts)
    if condition.operator == "absent":
        return item is None
    here = (item or {}).get(condition.name)
    (value,) = condition.values
    compared = {"<": lambda: here < value, "<=": lambda: here <= value, ">": lambda: here > value}
    return here is not None and compared[condition.operator]()


@pytest.fixture
def table() -> CountingTable:
    return CountingTable()


def store(table: CountingTable) -> RateStore:
    made = RateStore()
    made.table = table  # type: ignore[assignment]
    return made


def test_a_call_costs_one_write_except_the_first_of_a_window(table: CountingTable) -> None:
    costs = []
    for _ in range(4):
        before = table.writes
        store(table).count_call(7, "GET/details", 2)
        costs.append(table.writes - before)
    assert costs == [2, 1, 1, 1]


def test_of_two_calls_that_find_a_window_over_both_are_counted(table: CountingTable) -> None:
    def rival() -> None:
        if table.writes == 2:
            table.before = None
            store(table).count_call(7, "GET/details", 2)

    table.before = rival
    assert store(table).count_call(7, "GET/details", 2).calls == 2
    assert not store(table).count_call(7, "GET/details", 2).counted


def test_a_rival_that_filled_the_new_window_leaves_no_room(table: CountingTable) -> None:
    def rival() -> None:
        if table.writes == 2:
            table.before = None
            store(table).count_call(7, "GET/details", 1)

    table.before = rival
    assert not store(table).count_call(7, "GET/details", 1).counted


def test_a_count_that_never_stands_still_is_a_passing_fault(table: CountingTable) -> None:
    def erase() -> None:
        flip = "rates/7/GET/details"
        now = runtime.now().timestamp()
        table.items[flip] = {"calls": 0, "started_at": now - (1000 if table.writes % 2 else 0)}

    table.before = erase
    with pytest.raises(TryAgain):
        store(table).count_call(7, "GET/details", 5)


@given(limit=st.integers(1, 6), pauses=st.lists(st.integers(0, 45), max_size=60))
def test_no_window_ever_has_more_calls_than_its_limit(limit: int, pauses: list[int]) -> None:
    """Windows are found here independently: from a call that was let in, a minute on."""
    table, now, let_in = CountingTable(), 1_000_000.0, []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runtime, "now", lambda: runtime.datetime.fromtimestamp(now, runtime.UTC))
        for pause in pauses:
            now += pause
            if store(table).count_call(7, "GET/details", limit).counted:
                let_in.append(now)
    windows: list[list[float]] = []
    for moment in let_in:
        if not windows or moment >= windows[-1][0] + WINDOW_SECONDS:
            windows.append([])
        windows[-1].append(moment)
    assert all(len(window) <= limit for window in windows)
    # And nobody is refused while there is room: a refusal needs a full window.
    assert len(let_in) == expected(limit, pauses)


def expected(limit: int, pauses: list[int]) -> int:
    """How many calls fit, by the rule alone."""
    now, began, calls, fitting = 0, None, 0, 0
    for pause in pauses:
        now += pause
        if began is None or now - began >= WINDOW_SECONDS:
            began, calls = now, 0
        if calls < limit:
            calls, fitting = calls + 1, fitting + 1
    return fitting
