from __future__ import annotations

from typing import Any

import pytest

from stepcoder.jobs import creation
from stepcoder.jobs.drafting import Origin
from stepcoder.records.model import Account
from stepcoder.request.model import JobRequest
from tests.cloud import at_once, cloud
from tests.functions.api.world import Reply, World, world_in_memory

__all__ = ["cloud"]

BODY = {"input": "s3://bucket/a.mov", "outputs": [{"label": "web"}, {}]}


@pytest.fixture
def world(monkeypatch):
    with world_in_memory(monkeypatch) as made:
        yield made


def post(world: World, key: str, once: str, body: Any = BODY) -> Reply:
    return world.call("POST", "/jobs", body, headers={"zencoder-api-key": key, "idempotency-key": once})


def test_the_same_request_makes_one_job_however_often_it_comes(world: World) -> None:
    key = world.account()
    first, second = post(world, key, "order-7"), post(world, key, "order-7")
    assert (first.status, second.status) == (201, 201)
    assert first.document == second.document
    assert len(world.call("GET", "/jobs", key=key).document) == 1
    assert world.started == [first.document["id"]]


def test_without_the_header_every_request_makes_a_job(world: World) -> None:
    key = world.account()
    ids = {world.call("POST", "/jobs", BODY, key=key).document["id"] for _ in range(2)}
    assert len(ids) == 2


def test_another_request_under_the_same_key_is_refused(world: World) -> None:
    key = world.account()
    post(world, key, "order-7")
    reply = post(world, key, "order-7", {"input": "s3://bucket/b.mov"})
    assert reply.status == 422
    assert "another request" in reply.errors[0]


def test_keys_belong_to_an_account(world: World) -> None:
    ada, bob = world.account(), world.account("bob@example.com")
    assert post(world, ada, "order-7").document["id"] != post(world, bob, "order-7").document["id"]


@pytest.mark.parametrize("once", ["   ", "x" * 256, "a\tb"])
def test_a_key_that_is_none_is_refused(world: World, once: str) -> None:
    key = world.account()
    reply = post(world, key, once)
    assert reply.status == 422
    assert "Idempotency-Key" in reply.errors[0]
    assert world.call("GET", "/jobs", key=key).document == []


def test_a_mock_job_leaves_no_receipt(world: World) -> None:
    key = world.account()
    assert post(world, key, "order-7", {**BODY, "mock": True}).document["id"] is None
    assert post(world, key, "order-7").document["id"] is not None


def test_of_requests_at_the_same_moment_one_makes_the_job(cloud) -> None:
    account, request = Account(id=7, email="ada@example.org"), JobRequest.from_body(BODY)
    create = lambda: creation.create_job(account, request, Origin(idempotency_key="order-7"))  # noqa: E731
    made = at_once(*[create] * 6)
    assert len({created.id for created in made}) == 1
    assert len(cloud.records.jobs(7)) == 1
