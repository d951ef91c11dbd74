import pytest

from stepcoder.aws import queue
from stepcoder.errors import NotFound, TryAgain, WrongState
from stepcoder.notifications import queue_job_notifications, queue_output_notifications
from stepcoder.notifications.resending import notifications_of, resend, resend_all
from stepcoder.records.deliveries import DeliveryAttempt
from stepcoder.records.model import Account

HOOKS = ["https://hook.example/z", "http://zencoderfetcher/"]
ADA = Account(id=7, email="ada@example.org")
EVE = Account(id=8, email="eve@example.org")
TRIED = DeliveryAttempt("2031-04-05T06:07:08Z", 120, 503, "hook.example answered 503.")


@pytest.fixture
def told(cloud):
    """A job whose notifications are queued; its messages."""
    job = cloud.add_job(1, targets=HOOKS, output_targets=HOOKS[:1])
    cloud.run_to_end(job)
    cloud.records.move_job(job.id, "finished")
    queue_output_notifications(job.output_ids[0])
    cloud.clock.advance(seconds=1)
    queue_job_notifications(job.id)
    return job, cloud.received()


def end(cloud, job, event_id, state="given_up"):
    cloud.records.log_attempt(job.id, event_id, TRIED, state, None)


def test_a_jobs_log_lists_every_message_in_the_order_they_were_queued(cloud, told):
    job, _ = told
    logs = notifications_of(ADA, job.id)
    assert [(log.event_id, log.state) for log in logs] == [
        (f"msg_{job.id}_output-{job.output_ids[0]}_0", "pending"),
        (f"msg_{job.id}_job_0", "pending"),
        (f"msg_{job.id}_job_1", "kept"),
    ]


def test_somebody_elses_log_is_as_if_there_was_none(cloud, told):
    job, _ = told
    for call in (
        lambda: notifications_of(EVE, job.id),
        lambda: resend_all(EVE, job.id),
        lambda: resend(EVE, job.id, f"msg_{job.id}_job_0"),
    ):
        with pytest.raises(NotFound):
            call()


@pytest.mark.parametrize("state", ["given_up", "delivered", "gone", "refused"])
def test_what_is_through_can_be_sent_again_with_the_same_words(cloud, told, state):
    job, messages = told
    event_id = f"msg_{job.id}_job_0"
    (first,) = [message for message in messages if message["event_id"] == event_id]
    end(cloud, job, event_id, state)
    resend(ADA, job.id, event_id)
    (again,) = cloud.received()
    assert again["record"]["Attributes"]["ApproximateReceiveCount"] == "1"
    for name in ("event_id", "body", "target", "headers", "format", "content_type", "told_at"):
        assert again[name] == first[name]
    log = cloud.records.delivery(job.id, event_id)
    assert (log.state, log.attempts) == ("pending", (TRIED,))


@pytest.mark.parametrize("event_id", ["msg_1_job_0", "nonsense", "", "x" * 5000, "../../accounts/7"])
def test_an_unknown_message_is_not_found(told, event_id):
    with pytest.raises(NotFound):
        resend(ADA, told[0].id, event_id)


def test_another_jobs_message_is_not_found(cloud, told):
    other = cloud.add_job(0, targets=HOOKS)
    with pytest.raises(NotFound):
        resend(ADA, other.id, f"msg_{told[0].id}_job_0")


def test_a_message_that_is_being_delivered_is_not_sent_twice(cloud, told):
    job, _ = told
    with pytest.raises(WrongState, match="still being delivered"):
        resend(ADA, job.id, f"msg_{job.id}_job_0")
    assert cloud.received() == []


def test_a_message_that_got_lost_can_be_sent_again(cloud, told):
    job, _ = told
    cloud.clock.advance(minutes=15)
    resend(ADA, job.id, f"msg_{job.id}_job_0")
    assert cloud.events() == [f"msg_{job.id}_job_0"]


def test_what_the_fetcher_has_is_not_sent(told):
    job, _ = told
    with pytest.raises(WrongState, match="fetcher"):
        resend(ADA, job.id, f"msg_{job.id}_job_1")


def test_all_of_a_job_is_sent_again_but_for_what_is_under_way_or_kept(cloud, told):
    job, _ = told
    resend_all(ADA, job.id)
    assert cloud.events() == []
    end(cloud, job, f"msg_{job.id}_job_0")
    end(cloud, job, f"msg_{job.id}_output-{job.output_ids[0]}_0", "delivered")
    resend_all(ADA, job.id)
    assert cloud.events() == [f"msg_{job.id}_job_0", f"msg_{job.id}_output-{job.output_ids[0]}_0"]


def test_a_large_body_is_not_kept_for_ever(cloud, told):
    job, _ = told
    event_id = f"msg_{job.id}_job_0"
    path = f"jobs/{job.id}/notified/job"
    item = cloud.records.table.get(path)
    cloud.records.table.put(path, {**item, "content": {"body_key": "notifications/1/x.json"}})
    end(cloud, job, event_id)
    cloud.clock.advance(days=13)
    resend(ADA, job.id, event_id)
    end(cloud, job, event_id)
    cloud.clock.advance(days=2)
    with pytest.raises(WrongState, match="14 days"):
        resend(ADA, job.id, event_id)
    with pytest.raises(WrongState, match="14 days"):
        resend_all(ADA, job.id)
    assert cloud.records.delivery(job.id, event_id).state == "given_up"


def test_a_queue_out_of_reach_leaves_everything_as_it_was(cloud, told, monkeypatch):
    job, _ = told
    event_id = f"msg_{job.id}_job_0"
    end(cloud, job, event_id)

    def broken(*_):
        raise TryAgain("the queue is down")

    with monkeypatch.context() as context:
        context.setattr(queue, "send", broken)
        with pytest.raises(TryAgain):
            resend(ADA, job.id, event_id)
    assert cloud.records.delivery(job.id, event_id).state == "given_up"
    resend(ADA, job.id, event_id)
    assert cloud.events() == [event_id]


def test_each_attempt_at_a_job_has_its_own_messages(cloud):
    job = cloud.add_job(0, targets=HOOKS[:1])
    cloud.records.move_job(job.id, "failed")
    queue_job_notifications(job.id)
    item = cloud.records.table.get(f"jobs/{job.id}")
    cloud.records.table.put(f"jobs/{job.id}", {**item, "attempt": 1})
    queue_job_notifications(job.id)
    assert [log.event_id for log in notifications_of(ADA, job.id)] == [f"msg_{job.id}_job_0", f"msg_{job.id}_job-1_0"]
    assert cloud.events() == [f"msg_{job.id}_job-1_0", f"msg_{job.id}_job_0"]


def test_the_queue_is_told_no_more_than_before(cloud, told):
    """What was only for the first time, the wait for the outputs, is not repeated."""
    job, _ = told
    end(cloud, job, f"msg_{job.id}_job_0")
    resend(ADA, job.id, f"msg_{job.id}_job_0")
    assert "after" not in cloud.received()[0]
