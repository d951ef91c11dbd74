from datetime import timedelta

from stepcoder.records.announcements import CLAIM_SECONDS, Announcement
from tests.cloud import at_once


def test_an_event_is_unknown_until_claimed(cloud):
    assert cloud.records.announcement(1, "job") is None
    now = cloud.clock.now
    assert cloud.records.claim_announcement(1, "job", {"body": "a"}) == Announcement({"body": "a"}, True, False, now)
    cloud.clock.advance(seconds=1)
    assert cloud.records.announcement(1, "job") == Announcement({"body": "a"}, False, False, now)


def test_of_rivals_one_sends(cloud):
    claims = at_once(*[lambda n=n: cloud.records.claim_announcement(1, "job", {"body": str(n)}) for n in range(8)])
    assert [claim.mine for claim in claims].count(True) == 1
    assert len({claim.content["body"] for claim in claims}) == 1


def test_an_abandoned_claim_is_taken_over_once_and_says_the_same(cloud):
    cloud.records.claim_announcement(1, "job", {"body": "first"})
    cloud.clock.advance(seconds=CLAIM_SECONDS - 1)
    assert not cloud.records.claim_announcement(1, "job", {"body": "later"}).mine
    cloud.clock.advance(seconds=1)
    claims = at_once(*[lambda: cloud.records.claim_announcement(1, "job", {"body": "later"}) for _ in range(6)])
    assert [claim.mine for claim in claims].count(True) == 1
    assert {claim.content["body"] for claim in claims} == {"first"}


def test_what_is_sent_is_never_claimed_again(cloud):
    cloud.records.claim_announcement(1, "job", {"body": "a"})
    cloud.records.mark_announced(1, "job")
    cloud.clock.advance(hours=5)
    again = cloud.records.claim_announcement(1, "job", {"body": "b"})
    assert (again.content, again.mine, again.sent) == ({"body": "a"}, False, True)


def test_events_do_not_share_a_ledger(cloud):
    assert cloud.records.claim_announcement(1, "job", {}).mine
    assert cloud.records.claim_announcement(1, "output-3", {}).mine
    assert cloud.records.claim_announcement(2, "job", {}).mine


def test_what_is_kept_for_a_fetcher_is_listed_by_time_and_account(cloud):
    for job_id, account_id in ((1, 7), (2, 8), (3, 7)):
        cloud.records.claim_announcement(job_id, "job", {"body": str(job_id)}, (account_id, "json"))
        cloud.clock.advance(milliseconds=300)
    cloud.records.claim_announcement(4, "job", {"body": "4"})

    oldest_first = list(cloud.records.told(7, None, newest_first=False))
    assert [entry.job_id for entry in oldest_first] == [1, 3]
    assert oldest_first == list(cloud.records.told(7, None, newest_first=True))[::-1]
    assert [said.content["body"] for said in cloud.records.told_contents(oldest_first)] == ["1", "3"]


def test_since_a_moment_counts_that_moment_too(cloud):
    first = cloud.clock.now
    for job_id in (1, 2):
        cloud.records.claim_announcement(job_id, "job", {}, (7, "json"))
        cloud.clock.advance(milliseconds=300)

    def since(moment):
        return [entry.job_id for entry in cloud.records.told(7, moment, newest_first=False)]

    assert since(first) == [1, 2]
    assert since(first + timedelta(milliseconds=1)) == [2]
    assert since(first + timedelta(seconds=1)) == []
