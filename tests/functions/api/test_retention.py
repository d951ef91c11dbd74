"""Jobs are history for 60 days (zencoder-api 1.8); then nobody knows them any more, whatever the table still holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from stepcoder import runtime
from tests.functions.api.world import World

DETAILS = ("/jobs/1001", "/inputs/1002", "/outputs/1003")
CHANGES = (("PUT", "/jobs/1001/cancel"), ("PUT", "/jobs/1001/resubmit"), ("DELETE", "/jobs/1001"))


@pytest.fixture
def pass_time(monkeypatch: pytest.MonkeyPatch):
    made = runtime.now()

    def after(**units: float) -> None:
        monkeypatch.setattr(runtime, "now", lambda: made + timedelta(**units))

    return after


def test_a_job_is_known_for_sixty_days(world: World, key: str, pass_time) -> None:
    world.job(key)
    pass_time(days=59, hours=23)
    for path in DETAILS:
        assert world.call("GET", path, key=key).status == 200
        assert world.call("GET", f"{path}/progress", key=key).status == 200
    assert len(world.call("GET", "/jobs", key=key).document) == 1


def test_after_that_it_is_not_found_and_not_listed(world: World, key: str, pass_time) -> None:
    world.job(key)
    pass_time(days=60, seconds=1)
    for path in DETAILS:
        for asked in (path, f"{path}/progress"):
            reply = world.call("GET", asked, key=key)
            assert (reply.status, len(reply.errors)) == (404, 1)
    for method, path in CHANGES:
        assert world.call(method, path, key=key).status == 404
    assert world.call("GET", "/jobs", key=key).document == []
    assert world.call("GET", "/jobs?state=waiting", key=key).document == []


def test_its_account_lives_on(world: World, key: str, pass_time) -> None:
    pass_time(days=4000)
    assert world.call("GET", "/account", key=key).status == 200
    assert world.job(key)["id"] == 1001


@pytest.mark.parametrize("missing", ["inputs/1002", "outputs/1003"])
def test_a_job_half_of_which_is_deleted_already_is_not_found(
    world: World, key: str, missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB deletes items one by one, and the moment may come between two reads."""
    world.job(key)
    table = world.records.table
    table.put(missing, {**(table.get(missing) or {}), "expires_at": 1})
    assert world.call("GET", "/jobs/1001", key=key).status == 404
    assert world.call("GET", "/jobs/1001/progress", key=key).status == 404
    assert world.call("GET", "/jobs", key=key).document == []
