"""What is stored when a job is accepted, and what happens when something goes wrong in between."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stepcoder import runtime
from stepcoder.errors import InvalidRequest, TryAgain
from stepcoder.jobs.creation import create_job
from stepcoder.records.jobs import JobStore
from stepcoder.records.model import Account
from stepcoder.request.model import JobRequest
from tests.functions.api.world import World

ADA = Account(id=7, email="ada@example.com")
WEBHOOK = {"url": "https://hook.example.com/z", "headers": {"X-A": "b"}}


def create(account: Account = ADA, **members: Any) -> int:
    body = {"input": "https://user:s3cr3t@media.example.com/in.mov", **members}
    created = create_job(account, JobRequest.from_body(body))
    assert created.id is not None
    return created.id


def test_everything_about_a_job_is_stored(world: World) -> None:
    outputs = [
        {"label": "web", "url": "s3://acme-out/7/web.mp4", "notifications": WEBHOOK},
        {"label": "hls", "type": "segmented", "base_url": "s3://acme-out/7/hls/", "filename": "a.m3u8"},
        {},
    ]
    job_id = create(
        outputs=outputs, test=True, private=True, pass_through="p", grouping="g", notifications="https://h.example.com/"
    )
    job = world.records.job(job_id)
    source = world.records.input(job.input_id)
    made = world.records.outputs(job)
    assert (job.account_id, job.test, job.private, job.pass_through, job.grouping) == (7, True, True, "p", "g")
    assert [target["url"] for target in job.notifications] == ["https://h.example.com/"]
    assert source.url == "https://user:s3cr3t@media.example.com/in.mov"  # workers need it as it is
    assert (source.account_id, source.job_id, source.test, source.private) == (7, job_id, True, True)
    assert [output.label for output in made] == ["web", "hls", None]
    assert [output.kind for output in made] == ["standard", "segmented", "standard"]
    assert [output.index for output in made] == [0, 1, 2]
    assert [output.temporary for output in made] == [False, False, True]
    assert made[0].target == "s3://acme-out/7/web.mp4"
    assert made[1].target == "s3://acme-out/7/hls/a.m3u8"
    assert made[2].target.startswith("s3://stepcoder-output/o/")
    assert made[0].notifications[0]["url"] == WEBHOOK["url"]
    assert made[0].notifications[0]["headers"] == WEBHOOK["headers"]
    assert all(output.test and output.private and output.account_id == 7 for output in made)


def test_the_stored_request_reads_back_to_the_same_request(world: World) -> None:
    body = {"input": "s3://acme-in/a.mov", "outputs": [{"width": "640", "thumbnails": {"number": 3}}]}
    created = create_job(ADA, JobRequest.from_body(body))
    assert created.id is not None
    stored = json.loads(json.dumps(world.records.request(created.id)))
    assert JobRequest.model_validate(stored) == JobRequest.from_body(body)


def test_integration_mode_reaches_the_stored_request(world: World) -> None:
    job_id = create(Account(id=7, email="ada@example.com", integration_mode=True), test=False)
    assert world.records.job(job_id).test is True
    assert JobRequest.model_validate(world.records.request(job_id)).test is True


def test_a_job_that_was_not_stored_is_not_started(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise TryAgain("The table is too busy.")

    monkeypatch.setattr(JobStore, "create", fail)
    with pytest.raises(TryAgain):
        create()
    assert world.started == []


@pytest.mark.parametrize("fault", [TryAgain("throttled"), RuntimeError("no such state machine")])
def test_a_job_that_was_not_started_stays_pending_and_is_found_by_the_sweeper(world: World, fault: Exception) -> None:
    world.workflow_fault = fault
    job_id = create()
    assert world.records.job(job_id).state == "pending"
    assert list(world.records.unfinished_jobs()) == [job_id]


def test_a_job_that_runs_already_is_not_set_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(job_id: int, attempt: int) -> None:
        world.records.move_job(job_id, "processing")

    monkeypatch.setattr("stepcoder.aws.workflow.start_job", start)
    assert world.records.job(create()).state == "processing"


def test_ids_are_never_shared(world: World) -> None:
    jobs = [world.records.job(create(outputs=[{}] * 3)) for _ in range(3)]
    ids = [number for job in jobs for number in (job.id, job.input_id, *job.output_ids)]
    assert len(set(ids)) == 15


@pytest.mark.parametrize(
    "output",
    [
        {"url": "s3://{work}/jobs/1/plan.json"},
        {"base_url": "s3://{work}/x/", "filename": "a.mp4"},
        {"url": "s3://acme-out/a.mp4", "thumbnails": {"number": 1, "base_url": "s3://{work}/t/"}},
    ],
)
def test_nothing_is_delivered_into_the_work_bucket(world: World, output: dict[str, Any]) -> None:
    work = runtime.settings().work_bucket
    named = json.loads(json.dumps(output).replace("{work}", work))
    request = JobRequest.from_body({"input": "s3://acme-in/a.mov", "outputs": [named]})
    with pytest.raises(InvalidRequest, match="keeps for its own work"):
        create_job(ADA, request)
