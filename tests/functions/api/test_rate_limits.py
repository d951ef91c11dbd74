from __future__ import annotations

import pytest

from stepcoder import rates, runtime
from stepcoder.errors import TryAgain
from stepcoder.records.rates import RateStore
from tests.functions.api.world import World

LEFT = "X-Zencoder-Rate-Remaining"


@pytest.fixture(autouse=True)
def _limits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    set_limits(monkeypatch, "default=3,create_job=2,progress=2,account=2,output_progress=1")


def set_limits(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("STEPCODER_RATE_LIMITS", text)
    runtime.settings.cache_clear()
    rates.forget()


def test_every_answer_to_a_known_caller_says_how_many_calls_are_left(world: World, key: str) -> None:
    assert world.call("GET", "/jobs", key=key).headers[LEFT] == "2"
    assert world.call("GET", "/jobs/9", key=key).headers[LEFT] == "2"  # 404
    assert world.call("GET", "/jobs?page=x", key=key).headers[LEFT] == "1"  # 422
    assert world.call("PUT", "/account/integration", key=key).headers[LEFT] == "1"  # 204
    assert world.call("POST", "/jobs", "{", key=key).headers[LEFT] == "1"  # 400
    assert world.call("POST", "/jobs", {}, key=key).headers[LEFT] == "0"  # 422


@pytest.mark.parametrize(
    ("method", "path", "key"), [("GET", "/jobs", None), ("GET", "/jobs", "f" * 32), ("OPTIONS", "/jobs", None)]
)
def test_nothing_is_said_to_callers_that_are_not_known(world: World, method: str, path: str, key: str | None) -> None:
    assert LEFT not in world.call(method, path, key=key).headers


def test_beyond_the_limit_the_answer_is_the_recorded_one(world: World, key: str) -> None:
    for _ in range(3):
        assert world.call("GET", "/jobs", key=key).status == 200
    refused = world.call("GET", "/jobs.json", key=key)
    assert refused.status == 403
    assert refused.body == "403 Forbidden (Rate Limit Exceeded)"
    assert refused.headers["Content-Type"].startswith("text/plain")
    assert refused.headers[LEFT] == "0"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_a_refused_call_does_nothing(world: World, key: str) -> None:
    for _ in range(2):
        world.job(key)
    body = {"input": "s3://acme-in/tape7.mov"}
    assert world.call("POST", "/jobs", body, key=key).status == 403
    assert len(world.started) == 2


def test_head_is_counted_as_get(world: World, key: str) -> None:
    assert world.call("HEAD", "/jobs", key=key).headers[LEFT] == "2"
    assert world.call("GET", "/jobs", key=key).headers[LEFT] == "1"


def test_a_refused_head_has_no_body(world: World, key: str) -> None:
    replies = [world.call("HEAD", "/jobs", key=key) for _ in range(4)]
    assert (replies[-1].status, replies[-1].body) == (403, "")


def test_all_versions_and_suffixes_of_a_path_are_one(world: World, key: str) -> None:
    assert world.call("GET", "/jobs", key=key, prefix="/api/v1").headers[LEFT] == "2"
    assert world.call("GET", "/jobs.json", key=key, prefix="/api").headers[LEFT] == "1"
    assert world.call("GET", "/jobs/", key=key).headers[LEFT] == "0"


def test_details_of_jobs_and_outputs_share_a_counter(world: World, key: str) -> None:
    job = world.job(key)
    assert world.call("GET", f"/jobs/{job['id']}", key=key).headers[LEFT] == "2"
    assert world.call("GET", f"/outputs/{job['outputs'][0]['id']}", key=key).headers[LEFT] == "1"


def test_the_progress_of_each_output_has_its_own_counter(world: World, key: str) -> None:
    job = world.job(key, outputs=[{"label": "a"}, {"label": "b"}])
    paths = [f"/outputs/{output['id']}/progress" for output in job["outputs"]]
    assert [world.call("GET", path, key=key).status for path in (*paths, *paths)] == [200, 200, 403, 403]


def test_accounts_do_not_use_up_each_others_calls(world: World, key: str) -> None:
    other = world.account("bob@example.com")
    for _ in range(4):
        world.call("GET", "/jobs", key=key)
    assert world.call("GET", "/jobs", key=other).headers[LEFT] == "2"


def test_unlimited_calls_still_get_a_number(world: World, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    set_limits(monkeypatch, "default=0")
    assert int(world.call("GET", "/jobs", key=key).headers[LEFT]) > 5000


def test_a_table_that_cannot_count_does_not_take_the_api_down(
    world: World, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def throttled(*_: object) -> None:
        raise TryAgain("The table is too busy.")

    monkeypatch.setattr(RateStore, "count_call", throttled)
    assert [world.call("GET", "/jobs", key=key).status for _ in range(5)] == [200] * 5


def test_limits_that_cannot_be_read_are_a_fault_of_the_service(
    world: World, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_limits(monkeypatch, "sixty")
    assert world.call("GET", "/jobs", key=key).status == 500
