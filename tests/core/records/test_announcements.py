from stepcoder.records.announcements import CLAIM_SECONDS, Announcement
from tests.cloud import at_once


def test_an_event_is_unknown_until_claimed(cloud):
    assert cloud.records.announcement(1, "job") is None
    assert cloud.records.claim_announcement(1, "job", {"body": "a"}) == Announcement({"body": "a"}, True, False)
    assert cloud.records.announcement(1, "job") == Announcement({"body": "a"}, False, False)


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
    assert cloud.records.claim_announcement(1, "job", {"body": "b"}) == Announcement({"body": "a"}, False, True)


def test_events_do_not_share_a_ledger(cloud):
    assert cloud.records.claim_announcement(1, "job", {}).mine
    assert cloud.records.claim_announcement(1, "output-3", {}).mine
    assert cloud.records.claim_announcement(2, "job", {}).mine
