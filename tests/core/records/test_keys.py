from __future__ import annotations

import pytest

from stepcoder.errors import InvalidRequest, NotFound, Unauthorized, WrongState
from stepcoder.records import credentials, keys
from stepcoder.records.model import Account
from tests.cloud import Cloud, at_once


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credentials, "_N", 2)


@pytest.fixture
def ada(cloud: Cloud) -> Account:
    """With her first key, as a call with it finds her."""
    return cloud.records.account_by_key(cloud.records.create_account("ada@example.org")[1])


@pytest.fixture
def bob(cloud: Cloud) -> Account:
    return cloud.records.create_account("bob@example.org")[0]


def test_the_first_key_is_listed_from_the_beginning(cloud: Cloud) -> None:
    account, key = cloud.records.create_account("ada@example.org")
    (listed,) = cloud.records.keys_of(account)
    assert (listed.kind, listed.label, listed.last_characters) == ("full", None, key[-4:])
    assert listed.created_at == "2031-04-05T06:07:08Z"


def test_further_keys_are_listed_and_only_as_hashes(cloud: Cloud, ada: Account) -> None:
    made, key = cloud.records.create_key(ada.id, "read_only", "shop")
    assert cloud.records.keys_of(ada)[1:] == [made]
    assert key not in str(cloud.records.table.get(f"accounts/{ada.id}/keys"))
    assert cloud.records.account_by_key(key).key_kind == "read_only"


def test_a_revoked_key_is_unknown_at_once(cloud: Cloud, ada: Account) -> None:
    made, key = cloud.records.create_key(ada.id, "read_only")
    cloud.records.revoke_key(ada, made.id)
    with pytest.raises(Unauthorized):
        cloud.records.account_by_key(key)
    assert made not in cloud.records.keys_of(ada)
    with pytest.raises(NotFound):
        cloud.records.revoke_key(ada, made.id)


def test_what_is_left_of_a_revoked_key_expires(cloud: Cloud, ada: Account) -> None:
    made, key = cloud.records.create_key(ada.id, "integration")
    cloud.records.revoke_key(ada, made.id)
    left = cloud.records.table.get(f"keys/{credentials.key_digest(key)}")
    assert left is not None
    assert left["revoked_at"] == "2031-04-05T06:07:08Z"
    assert left["expires_at"] > cloud.clock.now.timestamp()


def test_the_last_full_key_stays(cloud: Cloud, ada: Account) -> None:
    (first,) = cloud.records.keys_of(ada)
    cloud.records.create_key(ada.id, "read_only")
    with pytest.raises(WrongState, match="last full key"):
        cloud.records.revoke_key(ada, first.id)
    second, key = cloud.records.create_key(ada.id, "full")
    cloud.records.revoke_key(ada, first.id)
    with pytest.raises(WrongState):
        cloud.records.revoke_key(cloud.records.account_by_key(key), second.id)


def test_two_that_revoke_each_other_leave_one(cloud: Cloud, ada: Account) -> None:
    (first,) = cloud.records.keys_of(ada)
    second, _ = cloud.records.create_key(ada.id, "full")
    results = at_once(*[lambda key=key: cloud.records.revoke_key(ada, key.id) for key in (first, second)])
    assert sorted(map(str, map(type, results))) == sorted(map(str, (type(None), WrongState)))
    assert len(cloud.records.keys_of(ada)) == 1


def test_a_key_revoked_while_it_is_used_does_not_come_back(cloud: Cloud, ada: Account) -> None:
    (first,) = cloud.records.keys_of(ada)
    second, _ = cloud.records.create_key(ada.id, "full")
    cloud.records.revoke_key(ada, first.id)
    assert cloud.records.keys_of(ada) == [second]


def test_keys_made_at_once_are_all_listed(cloud: Cloud, ada: Account) -> None:
    made = at_once(*[lambda: cloud.records.create_key(ada.id, "full") for _ in range(5)])
    assert {key.id for key, _ in made} < {key.id for key in cloud.records.keys_of(ada)}
    assert {cloud.records.account_by_key(key).id for _, key in made} == {ada.id}


def test_another_accounts_keys_are_out_of_reach(cloud: Cloud, ada: Account, bob: Account) -> None:
    made, key = cloud.records.create_key(ada.id, "full")
    with pytest.raises(NotFound):
        cloud.records.revoke_key(bob, made.id)
    assert cloud.records.account_by_key(key).id == ada.id
    assert not {key.id for key in cloud.records.keys_of(bob)} & {key.id for key in cloud.records.keys_of(ada)}


def test_there_is_an_end_to_keys(cloud: Cloud, ada: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "MOST_KEYS", 2)
    cloud.records.create_key(ada.id, "full")
    with pytest.raises(InvalidRequest, match="revoke one"):
        cloud.records.create_key(ada.id, "full")


def test_a_key_older_than_the_list_joins_it_when_it_is_used(cloud: Cloud) -> None:
    account, key = cloud.records.create_account("ada@example.org")
    digest = credentials.key_digest(key)
    cloud.records.table.put(f"accounts/{account.id}/keys", {"entries": [], "version": 1})
    old = {"account_id": account.id, "kind": "full", "created_at": "2030-01-01T00:00:00Z"}
    cloud.records.table.put(f"keys/{digest}", old)
    ada = cloud.records.account_by_key(key)
    found = at_once(*[lambda: cloud.records.keys_of(ada) for _ in range(3)])
    (listed,) = cloud.records.keys_of(ada)
    assert (listed.kind, listed.last_characters, listed.created_at) == ("full", None, "2030-01-01T00:00:00Z")
    assert [listed] in found
    second, _ = cloud.records.create_key(ada.id, "full")
    cloud.records.revoke_key(ada, listed.id)
    assert cloud.records.keys_of(cloud.records.account(account.id)) == [second]
    with pytest.raises(Unauthorized):
        cloud.records.account_by_key(key)
