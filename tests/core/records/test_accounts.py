import pytest

from stepcoder.errors import InvalidRequest, NotFound, Unauthorized
from stepcoder.records import credentials
from tests.cloud import at_once


@pytest.fixture(autouse=True)
def cheap_hashing(monkeypatch):
    monkeypatch.setattr(credentials, "_N", 2)


def test_an_account_is_found_by_its_key(cloud):
    account, key = cloud.records.create_account("Ada@Example.org", "secret", {"company": "Acme"})
    assert cloud.records.account_by_key(key) == cloud.records.account(account.id) == account
    assert (account.email, account.profile, account.state) == ("Ada@Example.org", {"company": "Acme"}, "active")
    assert len(key) == 32


def test_neither_key_nor_password_is_stored(cloud):
    account, key = cloud.records.create_account("ada@example.org", "correct horse")
    stored = str(
        [
            cloud.records.table.get(f"accounts/{account.id}"),
            cloud.records.table.get(f"keys/{credentials.key_digest(key)}"),
        ]
    )
    assert key not in stored
    assert "correct horse" not in stored
    assert credentials.password_matches(account.password_hash, "correct horse")
    assert not credentials.password_matches(account.password_hash, "correct hose")


def test_an_address_has_one_account_whatever_its_case(cloud):
    cloud.records.create_account("ada@example.org")
    with pytest.raises(InvalidRequest, match="already been taken"):
        cloud.records.create_account("ADA@example.org")
    results = at_once(*[lambda: cloud.records.create_account("bob@example.org") for _ in range(6)])
    assert [isinstance(result, tuple) for result in results].count(True) == 1


def test_an_unknown_key_is_unauthorized(cloud):
    with pytest.raises(Unauthorized):
        cloud.records.account_by_key("0" * 32)


def test_further_keys_carry_their_kind(cloud):
    account, _ = cloud.records.create_account("ada@example.org")
    _, key = cloud.records.create_key(account.id, "read_only")
    found = cloud.records.account_by_key(key)
    assert (found.id, found.key_kind) == (account.id, "read_only")
    with pytest.raises(NotFound):
        cloud.records.create_key(404, "full")


def test_integration_mode_is_switched(cloud):
    account, _ = cloud.records.create_account("ada@example.org")
    cloud.records.set_integration_mode(account.id, True)
    assert cloud.records.account(account.id).integration_mode
    with pytest.raises(NotFound):
        cloud.records.set_integration_mode(404, True)


def test_each_account_has_secrets_of_its_own(cloud):
    accounts = [cloud.records.create_account(f"{name}@example.org")[0] for name in "ab"]
    secrets = {secret for account in accounts for secret in (account.notification_secret, account.signing_secret)}
    assert len(secrets) == 4
