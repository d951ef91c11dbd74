from datetime import timedelta

from stepcoder.records.deliveries import MOST_ATTEMPTS_KEPT, DeliveryAttempt
from tests.cloud import at_once

MESSAGE = {"event_id": "msg_1_job_0", "job_id": 1, "account_id": 7, "target": "https://hook.example/", "headers": {}}
TRIED = DeliveryAttempt("2031-04-05T06:07:08Z", 120, 503, "hook.example answered 503.")


def test_a_log_begins_when_a_message_is_queued(cloud):
    cloud.records.add_delivery(MESSAGE)
    log = cloud.records.delivery(1, "msg_1_job_0")
    assert log.message == MESSAGE
    assert (log.state, log.queued_at, log.next_attempt_at, log.attempts) == (
        *("pending", "2031-04-05T06:07:08Z", "2031-04-05T06:07:08Z"),
        (),
    )


def test_a_log_is_begun_once(cloud):
    cloud.records.add_delivery(MESSAGE)
    cloud.records.log_attempt(1, "msg_1_job_0", TRIED, "delivered", None)
    cloud.records.add_delivery(MESSAGE)
    assert cloud.records.delivery(1, "msg_1_job_0").state == "delivered"


def test_a_log_goes_after_60_days(cloud):
    cloud.records.add_delivery(MESSAGE)
    cloud.clock.advance(days=59)
    assert cloud.records.delivery(1, "msg_1_job_0") is not None
    cloud.clock.advance(days=1)
    assert cloud.records.delivery(1, "msg_1_job_0") is None


def test_attempts_are_added_in_order_also_when_made_at_once(cloud):
    cloud.records.add_delivery(MESSAGE)
    due = cloud.clock.now + timedelta(seconds=5)
    at_once(*[lambda: cloud.records.log_attempt(1, "msg_1_job_0", TRIED, "pending", due)] * 4)
    log = cloud.records.delivery(1, "msg_1_job_0")
    assert log.attempts == (TRIED,) * 4
    assert log.next_attempt_at == "2031-04-05T06:07:13Z"


def test_only_the_newest_attempts_are_kept(cloud):
    cloud.records.add_delivery(MESSAGE)
    for number in range(MOST_ATTEMPTS_KEPT + 2):
        attempt = DeliveryAttempt("2031-04-05T06:07:08Z", number)
        cloud.records.log_attempt(1, "msg_1_job_0", attempt, "pending", cloud.clock.now)
    attempts = cloud.records.delivery(1, "msg_1_job_0").attempts
    assert [attempt.milliseconds for attempt in attempts] == list(range(2, MOST_ATTEMPTS_KEPT + 2))


def test_a_message_without_a_log_is_passed_over(cloud):
    cloud.records.log_attempt(1, "msg_1_job_0", TRIED, "delivered", None)
    assert cloud.records.delivery(1, "msg_1_job_0") is None


def test_of_two_who_change_a_log_one_does(cloud):
    cloud.records.add_delivery(MESSAGE, "given_up")
    known = cloud.records.delivery(1, "msg_1_job_0")
    changed = at_once(*[lambda: cloud.records.change_delivery(known, state="pending")] * 5)
    assert sorted(changed) == [False] * 4 + [True]


def test_logs_come_in_the_order_asked_for_and_without_those_there_are_not(cloud):
    for number in (0, 1):
        cloud.records.add_delivery({**MESSAGE, "event_id": f"msg_1_job_{number}"})
    logs = cloud.records.deliveries(1, ["msg_1_job_1", "msg_1_job_7", "msg_1_job_0"])
    assert [log.event_id for log in logs] == ["msg_1_job_1", "msg_1_job_0"]
