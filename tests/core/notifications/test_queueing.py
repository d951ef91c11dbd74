import json

import pytest

from stepcoder import runtime
from stepcoder.aws import queue
from stepcoder.aws.objects import Objects
from stepcoder.errors import TryAgain
from stepcoder.notifications import queue_job_notifications, queue_output_notifications
from stepcoder.records.items import pack
from tests.cloud import at_once

HOOKS = ["https://hook.example/z", "https://hook.example/x"]


@pytest.fixture
def ended(cloud):
    """A job that is over, with two targets of its own and two for its output."""
    job = cloud.add_job(1, targets=HOOKS, output_targets=HOOKS)
    cloud.run_to_end(job)
    cloud.records.move_job(job.id, "finished")
    return job


def test_every_target_of_an_event_gets_one_message(cloud, ended):
    assert queue_output_notifications(ended.output_ids[0])
    messages = sorted(cloud.received(), key=lambda message: message["event_id"])
    assert [message["target"] for message in messages] == HOOKS
    assert [message["event_id"] for message in messages] == [
        f"msg_{ended.id}_output-{ended.output_ids[0]}_0",
        f"msg_{ended.id}_output-{ended.output_ids[0]}_1",
    ]
    assert {message["account_id"] for message in messages} == {7}
    assert json.loads(messages[0]["body"])["output"]["id"] == ended.output_ids[0]


def test_the_targets_headers_travel_with_the_message(cloud):
    target = {"url": HOOKS[0], "format": "json", "headers": {"X-Token": "t"}}
    job = cloud.add_job(0)
    cloud.records.move_job(job.id, "failed", notifications=[target])
    queue_job_notifications(job.id)
    (message,) = cloud.received()
    assert message["headers"] == {"X-Token": "t"}


def test_repeating_queues_nothing_more(cloud, ended):
    for _ in range(3):
        assert queue_job_notifications(ended.id)
        assert queue_output_notifications(ended.output_ids[0])
    assert len(cloud.events()) == 4


def test_of_many_at_once_one_queues(cloud, ended):
    results = at_once(*[lambda: queue_job_notifications(ended.id)] * 8)
    assert set(results) <= {True, False}
    assert True in results
    assert len(cloud.events()) == 2


def test_nothing_is_told_of_what_has_not_ended(cloud):
    job = cloud.add_job(1, targets=HOOKS, output_targets=HOOKS)
    assert not queue_job_notifications(job.id)
    assert not queue_output_notifications(job.output_ids[0])
    assert cloud.received() == []


def test_without_targets_there_is_nothing_to_do(cloud):
    job = cloud.add_job()
    cloud.records.move_job(job.id, "cancelled")
    assert queue_job_notifications(job.id)
    assert cloud.received() == []


def test_an_address_by_e_mail_is_logged_and_passed_over(cloud, caplog):
    job = cloud.add_job()
    targets = [{"url": "ada@example.org"}, {"url": HOOKS[0]}]
    cloud.records.move_job(job.id, "failed", notifications=targets)
    assert queue_job_notifications(job.id)
    assert [message["target"] for message in cloud.received()] == [HOOKS[0]]
    assert "e-mail is not configured" in caplog.text


def test_whoever_dies_while_sending_is_replaced_and_the_same_is_said(cloud, ended, monkeypatch):
    send, sent = queue.send, []

    def dying(body, delay_seconds=0):
        if sent:
            raise TryAgain("the queue is down")
        sent.append(body)
        send(body)

    with monkeypatch.context() as broken:
        broken.setattr(queue, "send", dying)
        with pytest.raises(TryAgain):
            queue_job_notifications(ended.id)
    assert not queue_job_notifications(ended.id), "the claim may still be alive"
    cloud.clock.advance(minutes=2)
    assert queue_job_notifications(ended.id)
    messages = cloud.received()
    assert sorted({message["event_id"] for message in messages}) == [f"msg_{ended.id}_job_0", f"msg_{ended.id}_job_1"]
    assert len({message["body"] for message in messages}) == 1
    assert messages[0]["body"] == sent[0]["body"]


def test_a_large_body_goes_by_way_of_the_work_bucket(cloud, ended):
    still = {"url": "https://o/frame_ü.jpg", "format": "jpg", "width": 1, "height": 1, "file_size_bytes": 1}
    (output_id,) = ended.output_ids
    item = cloud.records.table.get(f"outputs/{output_id}")
    cloud.records.table.put(f"outputs/{output_id}", {**item, "thumbnails": pack([still] * 3000)})
    assert queue_job_notifications(ended.id)
    message, _ = cloud.received()
    assert "body" not in message
    Objects().delete_prefix(runtime.settings().work_bucket, f"jobs/{ended.id}/")  # as the last step of a job does
    stored = Objects().get(runtime.settings().work_bucket, message["body_key"])
    assert len(json.loads(stored)["outputs"][0]["thumbnails"][0]["images"]) == 3000


def test_no_message_exceeds_what_the_queue_takes(cloud, ended, monkeypatch):
    sizes = []
    monkeypatch.setattr(queue, "send", lambda body: sizes.append(len(queue.encode(body).encode())))
    target = {"url": "https://h.example/" + "u" * 8000, "headers": {f"X-{n}" + "h" * 95: "v" * 100 for n in range(50)}}
    for count in (700, 800, 900, 1000, 1200):
        job = cloud.add_job(0, pass_through='"' * count * 100)
        cloud.records.move_job(job.id, "failed", notifications=[target])
        queue_job_notifications(job.id)
    assert max(sizes) < 256 * 1024
