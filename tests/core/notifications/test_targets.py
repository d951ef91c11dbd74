import pytest

from stepcoder import runtime
from stepcoder.notifications.targets import channel_of, create_warnings, shown
from stepcoder.request.model import JobRequest


@pytest.mark.parametrize(
    ("url", "channel"),
    [
        ("https://hook.example/z", "post"),
        ("http://zencoderfetcher", "fetcher"),
        ("http://zencoderfetcher/", "fetcher"),
        ("HTTP://ZencoderFetcher:3000/any/path?x=1", "fetcher"),
        ("http://me:pw@zencoderfetcher/", "fetcher"),
        ("http://zencoderfetcher.example/", "post"),
        ("http://hook.example/zencoderfetcher", "post"),
        ("http://zencoderfetcher@hook.example/", "post"),
        ("ada@example.org", "mail"),
        ("ada@zencoderfetcher.example", "mail"),
    ],
)
def test_a_target_is_told_by_its_channel(url, channel):
    assert channel_of(url) == channel


def test_a_target_is_shown_without_its_secrets():
    assert shown("https://me:pw@hook.example/z?token=t") == "https://***@hook.example/z?token=***"
    assert shown("ada@example.org") == "ada@example.org"


@pytest.fixture
def request_(monkeypatch):
    monkeypatch.setenv("STEPCODER_MAIL_FROM", "")
    runtime.settings.cache_clear()
    yield JobRequest.from_body(
        {
            "input": "s3://bucket/in.mov",
            "notifications": ["https://hook.example/", "ada@example.org"],
            "outputs": [{"label": "a"}, {"label": "b", "notifications": [{"url": "mailto:bob@example.org"}]}],
        }
    )
    runtime.settings.cache_clear()


def test_whoever_asks_for_mail_is_warned_where_none_is_sent(request_):
    why = "has no effect: this service sends no e-mail, because its operator gave it no sender address."
    assert create_warnings(request_, "v2") == [f"notifications[1] {why}", f"outputs[1].notifications[0] {why}"]


def test_with_a_sender_there_is_nothing_to_warn_of(request_, monkeypatch):
    monkeypatch.setenv("STEPCODER_MAIL_FROM", "stepcoder@example.com")
    runtime.settings.cache_clear()
    assert create_warnings(request_, "v2") == []


def test_a_job_of_version_1_has_no_notifications_of_its_own(request_, monkeypatch):
    monkeypatch.setenv("STEPCODER_MAIL_FROM", "stepcoder@example.com")
    runtime.settings.cache_clear()
    assert create_warnings(request_, "v1") == [
        "notifications has no effect: version 1 of the API notifies of outputs only."
    ]
