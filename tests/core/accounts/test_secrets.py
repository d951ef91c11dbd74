from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from stepcoder.accounts.secrets import in_force, in_overlap, rotate
from stepcoder.errors import InvalidRequest, WrongState
from stepcoder.records.model import Account
from tests.cloud import Cloud, at_once

NOW = datetime(2031, 4, 5, 6, 7, 8, tzinfo=UTC)


@pytest.fixture
def ada(cloud: Cloud) -> Account:
    return cloud.records.create_account("ada@example.org")[0]


def test_before_any_rotation_there_is_one_of_each(ada: Account) -> None:
    assert in_force(ada, NOW) == (ada.notification_secret, [ada.signing_secret])


def test_in_the_overlap_both_sign_and_the_old_value_is_sent(cloud: Cloud, ada: Account) -> None:
    rotated = rotate(ada, {})
    assert cloud.records.account(ada.id) == rotated
    assert rotated.signing_secret != ada.signing_secret
    assert rotated.notification_secret != ada.notification_secret
    until = NOW + timedelta(hours=24)
    for moment in (NOW, until - timedelta(seconds=1)):
        assert in_force(rotated, moment) == (ada.notification_secret, [rotated.signing_secret, ada.signing_secret])
    assert in_force(rotated, until) == (rotated.notification_secret, [rotated.signing_secret])
    assert in_overlap(rotated, NOW) and not in_overlap(rotated, until)


@pytest.mark.parametrize("hours", [0, "0"])
def test_without_an_overlap_the_old_ones_are_gone_at_once(cloud: Cloud, ada: Account, hours: object) -> None:
    rotated = rotate(ada, {"overlap_hours": hours})
    assert in_force(rotated, NOW) == (rotated.notification_secret, [rotated.signing_secret])
    assert ada.signing_secret not in str(cloud.records.table.get(f"accounts/{ada.id}"))


def test_a_second_rotation_ends_the_first_overlap(ada: Account) -> None:
    second = rotate(ada, {})
    third = rotate(second, {"overlap_hours": 168})
    assert in_force(third, NOW) == (second.notification_secret, [third.signing_secret, second.signing_secret])


def test_a_rotation_that_leaves_nothing_forgets_an_overlap(cloud: Cloud, ada: Account) -> None:
    rotate(rotate(ada, {}), {"overlap_hours": 0})
    stored = cloud.records.account(ada.id)
    assert (stored.previous_signing_secret, stored.secrets_overlap_until) == (None, None)


@pytest.mark.parametrize("hours", [-1, 169, 1.5, "a day", True])
def test_a_wrong_overlap_changes_nothing(cloud: Cloud, ada: Account, hours: object) -> None:
    with pytest.raises(InvalidRequest, match="overlap_hours"):
        rotate(ada, {"overlap_hours": hours})
    assert cloud.records.account(ada.id) == ada


def test_of_two_rotations_at_once_one_is_refused(cloud: Cloud, ada: Account) -> None:
    results = at_once(*[lambda: rotate(ada, {}) for _ in range(4)])
    assert sorted(type(result).__name__ for result in results) == ["Account", *["WrongState"] * 3]
    stored = cloud.records.account(ada.id)
    assert stored in results
    assert stored.previous_signing_secret == ada.signing_secret


def test_the_refusal_is_a_conflict(ada: Account) -> None:
    rotate(ada, {})
    with pytest.raises(WrongState):
        rotate(ada, {})
