from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from stepcoder import runtime
from stepcoder.aws import queue
from stepcoder.aws.objects import Objects
from stepcoder.net import Answer, ConnectFailed
from stepcoder.notifications.delivery import Undelivered, _wished_wait, deliver, deliver_received, wait_after
from stepcoder.records import credentials


@dataclass
class Receiver:
    """A customer's server behind the guarded client."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: Exception | None = None
    posts: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def __call__(self, url, body, headers, timeout):
        self.posts.append((url, body, dict(headers)))
        if self.error:
            raise self.error
        return Answer(self.status, self.headers, b"")


@pytest.fixture
def account(cloud, monkeypatch):
    monkeypatch.setattr(credentials, "_N", 2)
    return cloud.records.create_account("ada@example.org")[0]


@pytest.fixture
def message(account):
    return {
        "event_id": "msg_1_job_0",
        "job_id": 1,
        "account_id": account.id,
        "target": "https://me:pw@hook.example/z?token=t",
        "headers": {},
        "body": '{"job":{"id":1,"pass_through":"Zürich"}}',
    }


def test_a_notification_is_posted_with_everything_a_receiver_checks(account, message):
    receiver = Receiver()
    deliver(message, receiver)
    ((url, body, headers),) = receiver.posts
    assert url == message["target"]
    assert body == message["body"].encode()
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"].startswith("Stepcoder")
    assert headers["X-Zencoder-Notification-Secret"] == account.notification_secret
    assert headers["webhook-id"] == "msg_1_job_0"


def test_the_public_library_verifies_what_is_delivered(account, message, monkeypatch):
    monkeypatch.setattr(runtime, "now", lambda: datetime.now(UTC))
    receiver = Receiver()
    deliver(message, receiver)
    ((_, body, headers),) = receiver.posts
    assert Webhook(account.signing_secret).verify(body, headers)["job"]["id"] == 1
    assert account.signing_secret not in str(headers)


def test_custom_headers_are_sent_but_cannot_pretend_to_be_ours(account, message):
    custom = {"X-Token": "t", "user-agent": "mine", "WEBHOOK-ID": "forged", "x-zencoder-notification-secret": "forged"}
    receiver = Receiver()
    deliver({**message, "headers": custom}, receiver)
    ((_, _, headers),) = receiver.posts
    assert headers["X-Token"] == "t"
    assert [value for name, value in headers.items() if name.lower() == "user-agent"] == ["mine"]
    assert "forged" not in headers.values()


def test_a_body_in_the_work_bucket_is_fetched(message):
    Objects().put(runtime.settings().work_bucket, "notifications/1/job-x.json", b"{}")
    receiver = Receiver()
    del message["body"]
    deliver({**message, "body_key": "notifications/1/job-x.json"}, receiver)
    assert receiver.posts[0][1] == b"{}"


@pytest.mark.parametrize("status", [200, 202, 204, 299, 410])
def test_taken_or_gone_is_done(message, status):
    deliver(message, Receiver(status))


@pytest.mark.parametrize("status", [301, 302, 400, 404, 429, 500, 503])
def test_every_other_answer_is_a_failure_that_tells_no_secret(message, status):
    with pytest.raises(Undelivered, match=str(status)) as caught:
        deliver(message, Receiver(status, {"Location": "https://elsewhere.example"}))
    assert "pw" not in str(caught.value)
    assert "token=t" not in str(caught.value)


def test_no_answer_is_a_failure(message):
    with pytest.raises(Undelivered, match="nobody home"):
        deliver(message, Receiver(error=ConnectFailed("nobody home")))


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


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("Sat, 05 Apr 2031 06:08:08 GMT", 60),
        ("Sat, 05 Apr 2031 06:00:00 GMT", 0),
        ("soon", 0),
        ("", 0),
        ("-5", 0),
    ],
)
def test_retry_after_is_a_number_or_a_date(text, seconds):
    assert _wished_wait({"retry-after": text}, datetime(2031, 4, 5, 6, 7, 8, tzinfo=UTC)) == seconds


def test_a_failed_message_is_hidden_for_its_wait(cloud, message):
    queue.send(message)
    (received,) = cloud.received()
    with pytest.raises(Undelivered):
        deliver_received(message, 1, received["record"]["ReceiptHandle"], Receiver(503))
    assert cloud.received() == []


def test_the_wait_follows_from_the_attempt_and_the_targets_wish(message, monkeypatch):
    asked = []
    monkeypatch.setattr(queue, "show_again_in", lambda handle, seconds: asked.append((handle, seconds)))
    for attempt, wish in ((1, {}), (4, {}), (20, {}), (1, {"Retry-After": "90"})):
        with pytest.raises(Undelivered):
            deliver_received(message, attempt, "handle", Receiver(503, wish))
    assert asked == [("handle", 5), ("handle", 40), ("handle", 3600), ("handle", 90)]
