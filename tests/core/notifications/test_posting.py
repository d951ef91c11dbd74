from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from stepcoder import runtime
from stepcoder.accounts.secrets import rotate
from stepcoder.net import BadUrl, BlockedAddress, ConnectFailed
from stepcoder.notifications import posting
from stepcoder.notifications.outcomes import Outcome
from stepcoder.notifications.posting import _wished_wait, headers_for, post_to
from stepcoder.records import credentials
from stepcoder.records.model import Account
from tests.core.net.servers import WebServer, drip, redirect, status

URL = "https://me:pw@hook.example/z?token=t"
BODY = '{"job":{"id":1,"pass_through":"Zürich"}}'.encode()
MESSAGE = {"event_id": "msg_1_job_0", "content_type": "application/json", "headers": {}}
ADA = Account(
    id=7,
    email="ada@example.org",
    notification_secret="n-secret",
    signing_secret=credentials.new_signing_secret(),
)


@dataclass
class Receiver:
    """A customer's server behind the guarded client."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    error: Exception | None = None
    posts: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def __call__(self, url, body, headers, seconds):
        self.posts.append((url, body, dict(headers)))
        if self.error:
            raise self.error
        return self.status, self.headers


def told(receiver: Receiver) -> Outcome:
    return post_to(URL, BODY, {"X-A": "b"}, post=receiver)


def test_a_notification_is_posted_as_it_is():
    receiver = Receiver()
    assert told(receiver) == Outcome("delivered", 200)
    assert receiver.posts == [(URL, BODY, {"X-A": "b"})]


@pytest.mark.parametrize("status", [200, 201, 204, 299])
def test_any_2xx_is_taken(status):
    assert told(Receiver(status)) == Outcome("delivered", status)


def test_410_is_a_target_that_wants_no_more():
    assert told(Receiver(410)).result == "gone"


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 429, 500, 503])
def test_every_other_answer_is_a_failure_that_tells_no_secret(status):
    outcome = told(Receiver(status, {"Location": "https://elsewhere.example"}))
    assert (outcome.result, outcome.status) == ("failed", status)
    assert str(status) in outcome.reason
    assert ("redirects are not followed" in outcome.reason) == (status < 400)
    assert "pw" not in outcome.reason
    assert "token=t" not in outcome.reason


def test_no_answer_is_a_failure():
    outcome = told(Receiver(error=ConnectFailed("The server closed the connection.")))
    assert outcome == Outcome("failed", reason="The server closed the connection.")


@pytest.mark.parametrize("error", [BadUrl("not a URL"), BlockedAddress("a private address")])
def test_what_will_never_be_sent_is_refused_at_once(error):
    assert told(Receiver(error=error)) == Outcome("refused", reason=str(error))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("9" * 5000, 10**9),
        ("Sat, 05 Apr 2031 06:08:08 GMT", 60),
        ("Sat, 05 Apr 2031 06:00:00 GMT", 0),
        ("Sat, 05 Apr 2031 06:08:08 -0000", 60),
        ("soon", 0),
        ("", 0),
        ("-5", 0),
    ],
)
def test_retry_after_is_a_number_or_a_date(text, seconds):
    assert _wished_wait({"retry-after": text}, datetime(2031, 4, 5, 6, 7, 8, tzinfo=UTC)) == seconds


def test_a_target_says_how_long_to_wait():
    assert told(Receiver(503, {"Retry-After": "90"})).retry_after == 90


def test_everything_a_receiver_checks_is_sent_along():
    headers = headers_for(MESSAGE, ADA, BODY)
    assert headers["Content-Type"] == "application/json"
    assert headers["User-Agent"].startswith("Stepcoder")
    assert headers["X-Zencoder-Notification-Secret"] == "n-secret"
    assert headers["webhook-id"] == "msg_1_job_0"
    assert Webhook(ADA.signing_secret).verify(BODY, headers)["job"]["id"] == 1
    assert ADA.signing_secret not in str(headers)


def test_without_a_content_type_none_is_sent():
    assert "content-type" not in {name.lower() for name in headers_for({**MESSAGE, "content_type": None}, ADA, BODY)}


def test_custom_headers_are_sent_but_cannot_pretend_to_be_ours():
    custom = {"X-Token": "t", "user-agent": "mine", "WEBHOOK-ID": "forged", "x-zencoder-notification-secret": "forged"}
    headers = headers_for({**MESSAGE, "headers": custom}, ADA, BODY)
    assert headers["X-Token"] == "t"
    assert [value for name, value in headers.items() if name.lower() == "user-agent"] == ["mine"]
    assert "forged" not in headers.values()


def test_during_a_rotation_old_and_new_secret_both_verify(cloud, monkeypatch):
    monkeypatch.setattr(credentials, "_N", 2)
    monkeypatch.setattr(runtime, "now", lambda: datetime.now(UTC))
    old, _ = cloud.records.create_account("ada@example.org")
    new = rotate(old, {"overlap_hours": 1})
    headers = headers_for(MESSAGE, new, BODY)
    assert new.signing_secret != old.signing_secret
    assert len(headers["webhook-signature"].split(" ")) == 2
    for account in (old, new):
        Webhook(account.signing_secret).verify(BODY, headers)
    assert headers["X-Zencoder-Notification-Secret"] == old.notification_secret

    over = runtime.timestamp(datetime.now(UTC) - timedelta(seconds=2))
    headers = headers_for(MESSAGE, replace(new, secrets_overlap_until=over), BODY)
    Webhook(new.signing_secret).verify(BODY, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(old.signing_secret).verify(BODY, headers)
    assert headers["X-Zencoder-Notification-Secret"] == new.notification_secret


@pytest.fixture
def hosts_open(monkeypatch):
    """The guarded client reaches loopback servers."""
    monkeypatch.setenv("STEPCODER_ALLOW_PRIVATE_HOSTS", "127.0.0.1")
    runtime.reset()
    yield
    posting._client.cache_clear()
    monkeypatch.undo()
    runtime.reset()


def test_the_password_in_a_url_is_sent_as_authorization_and_decoded(hosts_open):
    with WebServer({"/hook": status(204)}) as server:
        url = server.url("/hook", userinfo="ada:p%40ss%3Aw%2Frd@")
        assert post_to(url, BODY, {}) == Outcome("delivered", 204)
        (request,) = server.requests
    assert request.headers["Authorization"] == "Basic YWRhOnBAc3M6dy9yZA=="
    assert request.path == "/hook"
    assert "p%40ss" not in str(request.headers)


def test_a_redirect_is_not_followed(hosts_open):
    with WebServer({"/hook": redirect("/other"), "/other": status(204)}) as server:
        outcome = post_to(server.url("/hook"), BODY, {})
        assert (outcome.result, outcome.status) == ("failed", 302)
        assert server.paths == ["/hook"]


def test_a_2xx_counts_even_if_its_body_never_ends(hosts_open):
    with WebServer({"/hook": drip(b"x" * 100, 0.2)}) as server:
        assert post_to(server.url("/hook"), BODY, {}, 0.7) == Outcome("delivered", 200)


def test_a_server_that_does_not_answer_in_time_is_a_failure(hosts_open):
    with WebServer({"/hook": drip(b"HTTP/1.1 200 OK\r\n\r\n", 0.2, raw=True)}) as server:
        outcome = post_to(server.url("/hook"), BODY, {}, 0.5)
    assert outcome.result == "failed"
    assert outcome.status is None


def test_a_private_address_is_refused(monkeypatch):
    monkeypatch.setenv("STEPCODER_ALLOW_PRIVATE_HOSTS", "")
    runtime.reset()
    outcome = post_to("http://127.0.0.1:9/", BODY, {})
    runtime.reset()
    assert outcome.result == "refused"
    assert "127.0.0.1" in outcome.reason
