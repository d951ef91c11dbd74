import pytest

from stepcoder.api.paging import Page
from stepcoder.errors import InvalidRequest
from stepcoder.notifications import fetching
from stepcoder.notifications.fetching import fetch
from stepcoder.records.model import Account

ADA = Account(id=7, email="ada@example.org")


@pytest.fixture
def tell(cloud):
    """Keeps a notification of job n for the account's fetcher, a second after the one before."""

    def tell(*job_ids: int, account_id: int = 7, format_: str = "json", apart: float = 1, text: str = "") -> None:
        for job_id in job_ids:
            content = {"body": f'{{"job":{{"id":{job_id}}},"text":"{text}"}}'}
            cloud.records.claim_announcement(job_id, "job", content, (account_id, format_))
            cloud.clock.advance(seconds=apart)

    return tell


def ids(fetched) -> list[int]:
    return [payload["job"]["id"] for payload, _ in fetched.notifications]


def test_notifications_come_oldest_first_with_their_format(cloud, tell):
    tell(1, 2)
    tell(3, format_="xml")
    fetched = fetch(ADA, Page())
    assert ids(fetched) == [1, 2, 3]
    assert [format_ for _, format_ in fetched.notifications] == ["json", "json", "xml"]


def test_an_accounts_notifications_are_its_own(tell):
    tell(1)
    tell(2, account_id=8)
    assert ids(fetch(ADA, Page())) == [1]


def test_without_a_since_the_first_page_holds_the_newest(tell):
    tell(*range(1, 8))
    assert ids(fetch(ADA, Page(1, 3))) == [5, 6, 7]
    assert ids(fetch(ADA, Page(2, 3))) == [2, 3, 4]
    assert ids(fetch(ADA, Page(3, 3))) == [1]
    assert ids(fetch(ADA, Page(4, 3))) == []


def test_since_a_moment_pages_go_on_from_the_oldest(tell):
    tell(*range(1, 8))
    since = "2031-04-05T06:07:10Z"
    assert ids(fetch(ADA, Page(1, 3), since)) == [3, 4, 5]
    assert ids(fetch(ADA, Page(2, 3), since)) == [6, 7]


def test_since_a_job_only_later_jobs_are_told_of(tell):
    tell(5, 9, 100, 7)
    assert ids(fetch(ADA, Page(), since_id="7")) == [9, 100]
    assert ids(fetch(ADA, Page(), since_id="")) == [5, 9, 100, 7]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2031-04-05T06:07:10Z", 3),
        ("2031-04-05T06:07:10+00:00", 3),
        ("2031-04-05T08:07:10 02:00", 3),  # an unescaped +
        ("2031-04-05T06:07:09.500Z", 3),
        ("2031-04-05T06:07:10", 3),
        ("2031-04-05", 1),
        ("0001-01-01T00:00:00Z", 1),
        ("9999-12-31T23:59:59Z", None),
    ],
)
def test_a_since_is_any_time_in_iso_8601(tell, text, first):
    tell(1, 2, 3)
    assert ids(fetch(ADA, Page(), text))[:1] == ([first] if first else [])


@pytest.mark.parametrize("text", ["yesterday", "2031-13-01T00:00:00Z", "1", "0001-01-01T00:00:00+14:00x"])
def test_a_since_that_is_no_time_is_refused(cloud, text):
    with pytest.raises(InvalidRequest, match="since must be a time in ISO 8601"):
        fetch(ADA, Page(), text)


@pytest.mark.parametrize("text", ["abc", "-1", "1.5", "9" * 30, "٣"])
def test_a_since_id_that_is_no_id_is_refused(cloud, text):
    with pytest.raises(InvalidRequest, match="since_id must be the id of a job"):
        fetch(ADA, Page(), since_id=text)


def test_sent_at_lies_some_seconds_back(cloud):
    assert fetch(ADA, Page()).sent_at == "2031-04-05T06:06:53Z"


def polled(cloud, size: int, rounds: int, pause: float = 20) -> list[int]:
    """What a fetcher sees that asks again and again, from the time before anything happened."""
    seen, since = [], "2031-04-05T06:07:00Z"
    for _ in range(rounds):
        fetched = fetch(ADA, Page(1, size), since)
        seen += ids(fetched)
        since = fetched.sent_at
        cloud.clock.advance(seconds=pause)
    return seen


def test_a_fetcher_that_falls_behind_misses_nothing(cloud, tell):
    tell(*range(1, 41), apart=0.25)
    cloud.clock.advance(minutes=5)
    seen = polled(cloud, 5, 12)
    assert sorted(seen) == list(range(1, 41)), "each once: they are older than the overlap"


def test_a_crowded_second_is_got_past(cloud, tell):
    tell(*range(1, 31), apart=0.01)
    tell(*range(31, 41))
    cloud.clock.advance(minutes=5)
    assert sorted(set(polled(cloud, 5, 6))) == list(range(1, 41))


def test_what_reaches_the_index_late_is_not_missed(cloud, tell, monkeypatch):
    tell(1, 2, 3)
    told, late = fetching.records().__class__.told, {2}

    def behind(self, *args, **kwargs):
        return (entry for entry in told(self, *args, **kwargs) if entry.job_id not in late)

    monkeypatch.setattr(fetching.records().__class__, "told", behind)
    first = fetch(ADA, Page(), "2031-04-05T06:07:00Z")
    late.clear()
    second = fetch(ADA, Page(), first.sent_at)
    assert {*ids(first), *ids(second)} == {1, 2, 3}


def test_an_answer_is_never_too_large_and_the_rest_comes_next(cloud, tell, monkeypatch):
    monkeypatch.setattr(fetching, "_LARGEST_ANSWER", 1000)
    tell(*range(1, 7), text="x" * 400)
    cloud.clock.advance(minutes=1)
    first = fetch(ADA, Page(), "2031-04-05T06:07:00Z")
    assert ids(first) == [1, 2]
    assert sorted(set(polled(cloud, 50, 8))) == [1, 2, 3, 4, 5, 6]


def test_one_notification_is_told_of_whatever_its_size(cloud, tell, monkeypatch):
    monkeypatch.setattr(fetching, "_LARGEST_ANSWER", 10)
    tell(1)
    assert ids(fetch(ADA, Page())) == [1]


def test_a_body_that_is_no_longer_kept_is_passed_over(cloud, tell):
    cloud.records.claim_announcement(1, "job", {"body_key": "notifications/1/gone.json"}, (7, "json"))
    tell(2)
    assert ids(fetch(ADA, Page())) == [2]


def test_notifications_are_kept_for_60_days(cloud, tell):
    tell(1)
    cloud.clock.advance(days=60)
    assert ids(fetch(ADA, Page())) == []
