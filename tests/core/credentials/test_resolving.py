from __future__ import annotations

import time
from typing import Any

import pytest

from stepcoder import runtime
from stepcoder.aws import keys
from stepcoder.credentials import resolving, saving
from stepcoder.credentials.resolving import resolve
from stepcoder.errors import EncodingError
from stepcoder.records.model import Account
from stepcoder.storage import Secret
from tests.cloud import Cloud


def save(account: Account, nickname: str, kind: str = "s3", **members: Any) -> None:
    body = {"nickname": nickname, "type": kind, "user": f"USER-{nickname}", "secret": f"secret of {nickname}"}
    saving.create(account, {**body, **members})


def test_an_account_without_credentials_has_none(ada: Account) -> None:
    assert resolve(ada.id, None, "s3") is None


def test_a_name_finds_them_in_any_case(ada: Account) -> None:
    save(ada, "Archive")
    assert resolve(ada.id, "ARCHIVE", "s3+eu-west-1") == Secret("USER-Archive", "secret of Archive")


def test_without_a_name_the_default_of_the_type_holds(ada: Account) -> None:
    save(ada, "other")
    save(ada, "ftp-default", "ftp", default=True)
    assert resolve(ada.id, None, "s3") is None
    save(ada, "mine", default=True)
    assert resolve(ada.id, None, "s3") == Secret("USER-mine", "secret of mine")
    assert (
        resolve(ada.id, None, "ftp")
        == resolve(ada.id, None, "ftps")
        == Secret("USER-ftp-default", "secret of ftp-default")
    )


def test_the_encrypted_default_comes_first_for_encrypted_connections(ada: Account) -> None:
    save(ada, "plain", "ftp", default=True)
    save(ada, "tls", "ftps", default=True)
    assert resolve(ada.id, None, "ftps") == Secret("USER-tls", "secret of tls")
    assert resolve(ada.id, None, "ftp") == Secret("USER-plain", "secret of plain")


def test_a_name_wins_over_the_default(ada: Account) -> None:
    save(ada, "mine", default=True)
    save(ada, "other")
    assert resolve(ada.id, "other", "s3") == Secret("USER-other", "secret of other")


@pytest.mark.parametrize("kind", ["https", "http", "", "rtmp"])
def test_urls_without_types_need_none(ada: Account, kind: str) -> None:
    save(ada, "mine", default=True)
    assert resolve(ada.id, None, kind) is None


@pytest.mark.parametrize(("nickname", "scheme"), [("gone", "s3"), ("server", "s3"), ("tls", "ftp")])
def test_what_is_gone_or_of_another_type_is_told(ada: Account, nickname: str, scheme: str) -> None:
    save(ada, "server", "ftp")
    save(ada, "tls", "ftps")
    with pytest.raises(EncodingError) as caught:
        resolve(ada.id, nickname, scheme)
    assert caught.value.error_class == "InvalidUsernameOrPasswordError"
    assert repr(nickname) in caught.value.message


def test_another_accounts_are_out_of_reach(cloud: Cloud, ada: Account) -> None:
    bob = cloud.records.create_account("bob@example.org")[0]
    save(ada, "mine", default=True)
    assert resolve(bob.id, None, "s3") is None
    with pytest.raises(EncodingError):
        resolve(bob.id, "mine", "s3")


def test_a_secret_moved_to_another_account_does_not_open(cloud: Cloud, ada: Account) -> None:
    bob = cloud.records.create_account("bob@example.org")[0]
    save(ada, "mine")
    stolen = cloud.records.table.get(f"accounts/{ada.id}/credentials")
    assert stolen is not None
    cloud.records.table.put(f"accounts/{bob.id}/credentials", stolen)
    with pytest.raises(Exception, match="InvalidCiphertext"):
        resolve(bob.id, "mine", "s3")


def test_opened_secrets_are_kept_for_a_few_minutes(ada: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []

    def count(sealed: bytes, context: Any) -> str:
        opened.append(sealed)
        return unseal(sealed, context)

    unseal = keys.unseal
    monkeypatch.setattr(keys, "unseal", count)
    save(ada, "mine", default=True)
    for _ in range(3):
        resolve(ada.id, None, "s3")
    assert len(opened) == 1
    later = time.monotonic() + 301
    monkeypatch.setattr(resolving.time, "monotonic", lambda: later)
    resolve(ada.id, None, "s3")
    assert len(opened) == 2


def test_a_changed_secret_holds_at_once(ada: Account) -> None:
    save(ada, "mine", default=True)
    resolve(ada.id, None, "s3")
    saving.update(ada, "mine", {"secret": "a new one"})
    assert resolve(ada.id, None, "s3") == Secret("USER-mine", "a new one")
    saving.delete(ada, "mine")
    assert resolve(ada.id, None, "s3") is None


def test_not_all_secrets_are_kept(ada: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resolving, "_MOST_KEPT", 2)
    for name in "abc":
        save(ada, name)
        resolve(ada.id, name, "s3")
    assert len(resolving._opened) <= 2


def test_the_table_holds_no_secret(cloud: Cloud, ada: Account) -> None:
    save(ada, "mine")
    items = runtime.client("dynamodb").scan(TableName=runtime.settings().table)["Items"]
    assert "USER-mine" in str(items)
    assert "secret of mine" not in str(items)
