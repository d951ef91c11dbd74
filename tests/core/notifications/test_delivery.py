import pytest
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends

from stepcoder import runtime
from stepcoder.aws import mail, queue
from stepcoder.aws.objects import Objects
from stepcoder.errors import TryAgain
from stepcoder.notifications import delivery
from stepcoder.notifications.delivery import MOST_ATTEMPTS, Undelivered, deliver, deliver_received, wait_after
from stepcoder.notifications.outcomes import Outcome
from stepcoder.records import credentials
from stepcoder.records.store import Records

DELIVERED = Outcome("delivered", 204)
BROKEN = Outcome("failed", 503, "hook.example answered 503.")


class Target:
    """What becomes of each try, in turn; the last one from then on."""

    def __init__(self, *outcomes: Outcome) -> None:
        self.outcomes = list(outcomes)
        self.tried: list[str] = []

    def __call__(self, message):
        self.tried.append(message["event_id"])
        return self.outcomes.pop(0) if len(self.outcomes) > 1 else self.outcomes[0]


@pytest.fixture
def account(cloud, monkeypatch):
    monkeypatch.setattr(credentials, "_N", 2)
    return cloud.records.create_account("ada@example.org")[0]


@pytest.fixture
def message(account):
    return {
        "event_id": "msg_1_job_0",
        "event": "job",
        "job_id": 1,
        "account_id": account.id,
        "channel": "post",
        "target": "https://me:pw@hook.example/z?token=t",
        "headers": {},
        "format": "json",
        "content_type": "application/json",
        "told_at": "2031-04-05T06:07:08Z",
        "body": '{"job":{"id":1,"state":"finished","pass_through":"Zürich"},"output":{"id":3,"state":"finished"}}',
    }


@pytest.fixture
def waits(monkeypatch):
    """What the queue is asked: (receipt handle, seconds)."""
    asked: list[tuple[str, int]] = []
    monkeypatch.setattr(queue, "show_again_in", lambda handle, seconds: asked.append((handle, seconds)))
    return asked


@pytest.fixture
def posted(monkeypatch):
    """The bytes and headers that would be posted."""
    found: list[tuple[bytes, dict[str, str]]] = []

    def post_to(url, body, headers):
        found.append((body, headers))
        return DELIVERED

    monkeypatch.setattr(delivery, "post_to", post_to)
    return found


def test_what_was_rendered_is_what_is_posted(message, posted):
    assert deliver(message) == DELIVERED
    assert posted[0][0] == message["body"].encode()


def test_a_body_in_the_work_bucket_is_fetched(message, posted):
    Objects().put(runtime.settings().work_bucket, "notifications/1/job-x.json", b'{"job":{}}')
    del message["body"]
    assert deliver({**message, "body_key": "notifications/1/job-x.json"}) == DELIVERED
    assert posted[0][0] == b'{"job":{}}'


def test_a_body_that_is_no_longer_kept_stops_the_delivery(message, posted):
    del message["body"]
    outcome = deliver({**message, "body_key": "notifications/1/gone.json"})
    assert outcome.result == "refused"
    assert "15 days" in outcome.reason
    assert posted == []


def test_xml_is_made_from_the_same_body_and_is_the_same_each_time(message, posted):
    for _ in range(2):
        deliver({**message, "format": "xml", "content_type": "application/xml"})
    (first, headers), (second, _) = posted
    assert first == second
    assert headers["Content-Type"] == "application/xml"
    assert b"<notification>" in first
    assert b'<id type="integer">3</id>' in first


@pytest.fixture
def sender(monkeypatch):
    """SES, and an address that it knows."""
    monkeypatch.setenv("STEPCODER_MAIL_FROM", "stepcoder@example.com")
    runtime.settings.cache_clear()
    runtime.client("sesv2").create_email_identity(EmailIdentity="stepcoder@example.com")
    return ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]


def test_a_mail_goes_to_the_address_and_is_the_same_each_time(message, sender):
    to_ada = {**message, "channel": "mail", "target": "ada@example.org"}
    assert [deliver(to_ada), deliver(to_ada)] == [Outcome("delivered")] * 2
    first, second = sender.sent_messages
    assert set(first.destinations) == {"ada@example.org"}
    assert first.raw_data == second.raw_data
    assert "Subject: Output 3 of job 1 finished" in first.raw_data


def test_without_a_sender_mail_is_refused_in_words_an_operator_understands(message):
    outcome = deliver({**message, "channel": "mail", "target": "ada@example.org"})
    assert outcome.result == "refused"
    assert "sender address" in outcome.reason


@pytest.mark.parametrize(
    ("fault", "result"),
    [
        (mail.MailFailed("no such address", for_ever=True), "refused"),
        (mail.MailFailed("sending is paused", for_ever=False), "failed"),
        (TryAgain("throttled"), "failed"),
    ],
)
def test_what_ses_refuses_for_ever_is_not_tried_again(message, sender, monkeypatch, fault, result):
    def send(*_):
        raise fault

    monkeypatch.setattr(mail, "send", send)
    assert deliver({**message, "channel": "mail", "target": "ada@example.org"}) == Outcome(result, reason=str(fault))


# --- attempts and their log ---


def test_waits_double_from_five_seconds_to_an_hour():
    waits = [wait_after(attempt) for attempt in range(1, 21)]
    assert waits[:4] == [5, 10, 20, 40]
    assert waits[9:12] == [2560, 3600, 3600]
    assert max(waits) == 3600
    assert wait_after(0) == 5
    assert wait_after(10**6) == 3600


def test_a_target_may_ask_for_a_longer_wait_but_not_for_a_shorter():
    assert wait_after(1, 120) == 120
    assert wait_after(5, 1) == 80
    assert wait_after(1, 10**9) == 6 * 3600


def test_a_failed_message_is_hidden_for_its_wait(cloud, message):
    queue.send(message)
    (received,) = cloud.received()
    with pytest.raises(Undelivered):
        deliver_received(message, 1, received["record"]["ReceiptHandle"], Target(BROKEN))
    assert cloud.received() == []


def test_the_wait_follows_from_the_attempt_and_the_targets_wish(message, waits):
    for attempt, wish in ((1, 0), (4, 0), (19, 0), (1, 90)):
        with pytest.raises(Undelivered):
            deliver_received(message, attempt, "handle", Target(Outcome("failed", 503, "no", wish)))
    assert waits == [("handle", 5), ("handle", 40), ("handle", 3600), ("handle", 90)]


def test_every_attempt_is_logged(cloud, message, waits):
    cloud.records.add_delivery({name: value for name, value in message.items() if name != "body"})
    target = Target(BROKEN, Outcome("failed", None, "The server closed the connection."), DELIVERED)
    for attempt in (1, 2):
        with pytest.raises(Undelivered):
            deliver_received(message, attempt, "handle", target)
        log = cloud.records.delivery(1, "msg_1_job_0")
        assert log.state == "pending"
        due = {1: "2031-04-05T06:07:13Z", 2: "2031-04-05T06:07:23Z"}[attempt]
        assert log.next_attempt_at == due
        cloud.clock.advance(seconds=5)
    deliver_received(message, 3, "handle", target)
    log = cloud.records.delivery(1, "msg_1_job_0")
    assert (log.state, log.next_attempt_at) == ("delivered", None)
    assert [(each.attempted_at, each.status, each.reason) for each in log.attempts] == [
        ("2031-04-05T06:07:08Z", 503, "hook.example answered 503."),
        ("2031-04-05T06:07:13Z", None, "The server closed the connection."),
        ("2031-04-05T06:07:18Z", 204, None),
    ]


@pytest.mark.parametrize(("outcome", "state"), [("gone", "gone"), ("refused", "refused")])
def test_a_target_that_will_never_take_it_is_left_alone_at_once(cloud, message, waits, outcome, state):
    cloud.records.add_delivery(message)
    deliver_received(message, 1, "handle", Target(Outcome(outcome, reason="Never.")))
    log = cloud.records.delivery(1, "msg_1_job_0")
    assert (log.state, log.attempts[0].reason, waits) == (state, "Never.", [])


def test_the_last_attempt_gives_up_and_leaves_the_rest_to_the_queue(cloud, message, waits):
    cloud.records.add_delivery(message)
    with pytest.raises(Undelivered):
        deliver_received(message, MOST_ATTEMPTS, "handle", Target(BROKEN))
    log = cloud.records.delivery(1, "msg_1_job_0")
    assert (log.state, log.next_attempt_at) == ("given_up", None)
    assert waits == [("handle", 0)]


def test_a_message_from_the_dead_letter_queue_is_tried_again(cloud, message, waits):
    cloud.records.add_delivery(message, "given_up")
    deliver_received(message, 1, "handle", Target(DELIVERED))
    assert cloud.records.delivery(1, "msg_1_job_0").state == "delivered"


@pytest.mark.parametrize("state", ["delivered", "gone", "refused"])
def test_a_second_copy_of_what_is_through_is_not_sent(cloud, message, state):
    cloud.records.add_delivery(message, state)
    target = Target(DELIVERED)
    deliver_received(message, 1, "handle", target)
    assert target.tried == []


def test_a_log_out_of_reach_does_not_make_a_delivered_message_fail(cloud, message, monkeypatch):
    def broken(*_):
        raise TryAgain("throttled")

    monkeypatch.setattr(Records, "log_attempt", broken)
    deliver_received(message, 1, "handle", Target(DELIVERED))


def test_what_is_written_to_the_log_of_the_service_tells_no_secret(message, caplog):
    deliver_received(message, 1, "handle", Target(DELIVERED))
    assert "notification tried" in caplog.text
    assert "pw" not in caplog.text
    assert "token=t" not in caplog.text


# --- outputs before their job ---


@pytest.fixture
def outputs_message(cloud, message):
    """The message of an output, queued before the job's."""
    message["after"] = ["msg_1_output-3_0"]
    first = {**message, "event_id": "msg_1_output-3_0", "event": "output-3"}
    del first["after"]
    cloud.records.add_delivery(first)
    return first


def test_a_job_is_told_of_after_its_outputs(cloud, message, outputs_message, monkeypatch):
    sent = []
    monkeypatch.setattr(queue, "send", lambda body, delay: sent.append((body, delay)))
    target = Target(DELIVERED)
    deliver_received(message, 1, "handle", target)
    assert sent == [(message, 2)], "queued again, not counted as an attempt"
    deliver_received(outputs_message, 1, "other handle", target)
    deliver_received(message, 1, "handle", target)
    assert target.tried == ["msg_1_output-3_0", "msg_1_job_0"]
    assert len(sent) == 1


def test_an_output_that_was_tried_once_is_not_waited_for(message, outputs_message, waits):
    with pytest.raises(Undelivered):
        deliver_received(outputs_message, 1, "handle", Target(BROKEN))
    target = Target(DELIVERED)
    deliver_received(message, 1, "handle", target)
    assert target.tried == ["msg_1_job_0"]


def test_nobody_waits_for_more_than_a_minute(cloud, message, outputs_message):
    cloud.clock.advance(seconds=60)
    target = Target(DELIVERED)
    deliver_received(message, 1, "handle", target)
    assert target.tried == ["msg_1_job_0"]


def test_a_message_under_way_is_not_postponed(message, outputs_message, waits):
    target = Target(BROKEN)
    with pytest.raises(Undelivered):
        deliver_received(message, 2, "handle", target)
    assert target.tried == ["msg_1_job_0"]
