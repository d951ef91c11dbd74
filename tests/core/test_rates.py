from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder import rates, runtime
from stepcoder.errors import TryAgain
from stepcoder.rates import Allowance, Limits, count_call, group_of, limits_of
from stepcoder.records.rates import RateStore
from tests.cloud import Cloud, cloud

__all__ = ["cloud"]


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    rates.forget()
    yield
    rates.forget()


@pytest.fixture
def limited(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> Cloud:
    monkeypatch.setenv("STEPCODER_RATE_LIMITS", "default=2,create_job=3,progress=0,output_progress=1")
    runtime.settings.cache_clear()
    return cloud


# --- limits ---


def test_the_limits_are_the_references_unless_told_otherwise() -> None:
    assert limits_of("") == Limits(default=60, create_job=1000, progress=5000, account=5000, output_progress=60)


def test_a_limit_that_is_named_changes_and_the_others_stay() -> None:
    assert limits_of(" default = 5, account=0 ") == Limits(default=5, account=0)


@pytest.mark.parametrize(
    "text", ["60", "default", "default=", "default=x", "default=-1", "jobs=3", "default=1,default=2"]
)
def test_limits_that_make_no_sense_are_refused_with_what_would(text: str) -> None:
    with pytest.raises(ValueError, match=r"names from account, create_job, default, output_progress, progress"):
        limits_of(text)


@given(st.builds(Limits, *[st.integers(0, 9_999_999)] * 5))
def test_limits_written_out_are_read_back(limits: Limits) -> None:
    assert limits_of(",".join(f"{name}={value}" for name, value in vars(limits).items())) == limits


# --- groups ---


@pytest.mark.parametrize(
    ("method", "path", "name", "limit"),
    [
        ("POST", "/jobs", "POST/jobs", "create_job"),
        ("GET", "/jobs", "GET/jobs", "default"),
        ("GET", "/jobs/1001", "GET/details", "default"),
        ("GET", "/outputs/1003", "GET/details", "default"),
        ("GET", "/inputs/1002", "GET/details", "default"),
        ("HEAD", "/jobs/1001", "GET/details", "default"),
        ("get", "/jobs/1001", "GET/details", "default"),
        ("GET", "/jobs/1001/progress", "GET/progress", "progress"),
        ("GET", "/inputs/1002/progress", "GET/progress", "progress"),
        ("GET", "/outputs/1003/progress", "GET/outputs/1003", "output_progress"),
        ("HEAD", "/outputs/1003/progress", "GET/outputs/1003", "output_progress"),
        ("PUT", "/jobs/1001/cancel", "PUT/jobs", "default"),
        ("PUT", "/jobs/1001/resubmit", "PUT/jobs", "default"),
        ("GET", "/account", "GET/account", "account"),
        ("PUT", "/account/integration", "PUT/account", "account"),
        ("GET", "/reports/vod", "GET/reports", "default"),
        ("GET", "/notifications", "GET/notifications", "default"),
        ("POST", "/encoder/jobs", "POST/jobs", "create_job"),
        ("POST", "/files", "POST/files", "create_job"),
        ("GET", "/encoder/jobs/6b026c170100000003e90000", "GET/encoder", "progress"),
        ("GET", "/files", "GET/files", "progress"),
        ("DELETE", "/encoder/jobs/1001", "DELETE/encoder", "default"),
    ],
)
def test_calls_are_grouped_by_method_and_resource(method: str, path: str, name: str, limit: str) -> None:
    assert group_of(method, path) == rates.Group(name, limit)


@pytest.mark.parametrize("nonsense", ["x", "01", "9" * 19, "٣", "a" * 3000])
def test_what_names_no_output_gets_no_counter_of_its_own(nonsense: str) -> None:
    assert group_of("GET", f"/outputs/{nonsense}/progress") == group_of("GET", "/jobs/1001/progress")


# --- counting ---


def test_calls_are_counted_down_and_then_refused_until_the_minute_is_over(limited: Cloud) -> None:
    assert [count_call(7, "GET", "/jobs/1001") for _ in range(2)] == [Allowance(True, 1), Allowance(True, 0)]
    limited.clock.advance(seconds=12.5)
    assert count_call(7, "GET", "/outputs/1003") == Allowance(False, 0, 48)
    limited.clock.advance(seconds=47.4)
    assert count_call(7, "GET", "/jobs/1001") == Allowance(False, 0, 1)
    limited.clock.advance(seconds=0.1)
    assert count_call(7, "GET", "/jobs/1001") == Allowance(True, 1)


def test_groups_and_accounts_are_counted_apart(limited: Cloud) -> None:
    calls = [(7, "GET", "/outputs/1/progress"), (7, "GET", "/outputs/2/progress"), (8, "GET", "/outputs/1/progress")]
    assert [count_call(*call).allowed for call in calls] == [True, True, True]
    assert [count_call(*call).allowed for call in calls] == [False, False, False]


def test_an_unlimited_group_is_not_counted_at_all(limited: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RateStore, "count_call", None)
    assert count_call(7, "GET", "/jobs/1/progress") == Allowance(True, rates.UNLIMITED_REMAINING)


def test_a_flood_of_refused_calls_is_no_flood_of_writes(limited: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    writes = []
    update = limited.records.table.update
    monkeypatch.setattr(
        "stepcoder.aws.table.Table.update", lambda _, given: (writes.append(given.path), update(given))[1]
    )
    for _ in range(3):
        count_call(7, "GET", "/jobs/1001")
    before = len(writes)
    assert [count_call(7, "GET", "/jobs/1001").allowed for _ in range(50)] == [False] * 50
    assert len(writes) == before


def test_full_groups_are_not_remembered_without_end(limited: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "_MOST_REMEMBERED", 3)
    for output in range(1, 9):
        count_call(7, "GET", f"/outputs/{output}/progress")
        assert not count_call(7, "GET", f"/outputs/{output}/progress").allowed
    assert len(rates._full) <= 3


@pytest.mark.parametrize("fault", [TryAgain("throttled"), RuntimeError("unexpected"), OSError("no route")])
def test_a_table_that_fails_lets_calls_through(
    limited: Cloud, monkeypatch: pytest.MonkeyPatch, fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: Any) -> None:
        raise fault

    monkeypatch.setattr(RateStore, "count_call", fail)
    assert [count_call(7, "POST", "/jobs") for _ in range(9)] == [Allowance(True, 3)] * 9
    assert all(str(fault) in record.trace for record in caplog.records)  # type: ignore[attr-defined]
    assert len(caplog.records) == 9


def test_limits_that_cannot_be_read_are_not_passed_over(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPCODER_RATE_LIMITS", "sixty")
    runtime.settings.cache_clear()
    with pytest.raises(ValueError, match="Rate limits are wrong at 'sixty'"):
        count_call(7, "GET", "/jobs/1")


def test_of_many_calls_at_once_exactly_the_limit_is_let_in(limited: Cloud) -> None:
    start = threading.Barrier(8)

    def call(_: int) -> bool:
        start.wait()
        return count_call(7, "POST", "/jobs").allowed

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(call, range(8))) == 3
