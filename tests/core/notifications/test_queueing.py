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


def test_an_address_by_e_mail_gets_the_same_words_by_another_channel(cloud):
    job = cloud.add_job(0)
    targets = [{"url": "ada@example.org"}, {"url": HOOKS[0], "format": "xml"}]
    cloud.records.move_job(job.id, "failed", notifications=targets)
    assert queue_job_notifications(job.id)
    mail, post = sorted(cloud.received(), key=lambda message: message["event_id"])
    assert (mail["channel"], mail["target"]) == ("mail", "ada@example.org")
    assert (post["channel"], post["format"], post["content_type"]) == ("post", "xml", "application/xml")
    assert mail["body"] == post["body"]


def test_a_log_of_each_message_begins_before_it_is_queued(cloud, ended, monkeypatch):
    def broken(*_):
        raise TryAgain("the queue is down")

    monkeypatch.setattr(queue, "send", broken)
    with pytest.raises(TryAgain):
        queue_job_notifications(ended.id)
    log = cloud.records.delivery(ended.id, f"msg_{ended.id}_job_0")
    assert (log.state, log.attempts, log.queued_at) == ("pending", (), "2031-04-05T06:07:08Z")
    assert "body" not in log.message


def test_a_jobs_message_names_those_of_its_outputs_that_go_first(cloud, ended):
    queue_output_notifications(ended.output_ids[0])
    outputs = cloud.received()
    queue_job_notifications(ended.id)
    assert ["after" in message for message in outputs] == [False, False]
    before = sorted(message["event_id"] for message in outputs)
    assert [sorted(message["after"]) for message in cloud.received()] == [before, before]


def test_what_a_fetcher_gets_is_kept_and_not_sent(cloud):
    job = cloud.add_job(0)
    targets = [
        {"url": "http://ZencoderFetcher:8080/any/path", "format": "xml"},
        {"url": HOOKS[0]},
        {"url": "https://zencoderfetcher.example/"},
    ]
    cloud.records.move_job(job.id, "failed", notifications=targets)
    assert queue_job_notifications(job.id)
    assert sorted(message["target"] for message in cloud.received()) == [HOOKS[0], targets[2]["url"]]
    (entry,) = cloud.records.told(7, None, newest_first=True)
    (kept,) = cloud.records.told_contents([entry])
    assert kept.fetched_as == "xml"
    assert json.loads(kept.content["body"])["job"]["id"] == job.id
    assert cloud.records.delivery(job.id, f"msg_{job.id}_job_0").state == "kept"


def test_nothing_is_kept_for_accounts_without_a_fetcher(cloud, ended):
    queue_job_notifications(ended.id)
    assert list(cloud.records.told(7, None, newest_first=True)) == []


def test_a_job_of_version_1_tells_of_its_outputs_only_and_in_few_words(cloud):
    job = cloud.add_job(1, targets=HOOKS, output_targets=HOOKS[:1], api_version="v1")
    cloud.run_to_end(job)
    cloud.records.move_job(job.id, "finished")
    assert queue_output_notifications(job.output_ids[0])
    assert queue_job_notifications(job.id)
    (message,) = cloud.received()
    assert set(json.loads(message["body"])["output"]) == {"id", "label", "url", "state"}
    assert message["content_type"] is None


def test_a_job_of_version_1_has_a_content_type_if_a_format_was_given(cloud):
    job = cloud.add_job(1, api_version="v1")
    cloud.run_to_end(job)
    output_id = job.output_ids[0]
    item = cloud.records.table.get(f"outputs/{output_id}")
    cloud.records.table.put(f"outputs/{output_id}", {**item, "notifications": [{"url": HOOKS[0], "format": "json"}]})
    assert queue_output_notifications(output_id)
    (message,) = cloud.received()
    assert message["content_type"] == "application/json"


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
