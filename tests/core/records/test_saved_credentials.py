from __future__ import annotations

import pytest

from stepcoder.errors import InvalidRequest, NotFound
from stepcoder.records import saved_credentials
from stepcoder.records.model import SavedCredentials
from tests.cloud import Cloud, at_once

ADA, BOB = 7, 8


def login(nickname: str, kind: str = "s3", *, default: bool = False) -> SavedCredentials:
    return SavedCredentials(nickname=nickname, type=kind, user="AKIAEXAMPLE", default=default)


def defaults(cloud: Cloud) -> list[str]:
    return [saved.nickname for saved in cloud.records.credentials_of(ADA) if saved.default]


def test_what_is_saved_is_found(cloud: Cloud) -> None:
    made = cloud.records.add_credentials(ADA, login("archive"), b"sealed")
    assert cloud.records.credentials_of(ADA) == [made]
    assert made.created_at == made.updated_at == "2031-04-05T06:07:08Z"
    assert cloud.records.sealed_credentials(ADA) == [(made, b"sealed")]


def test_they_are_listed_by_name(cloud: Cloud) -> None:
    for name in ("b", "C", "a"):
        cloud.records.add_credentials(ADA, login(name), b"x")
    assert [saved.nickname for saved in cloud.records.credentials_of(ADA)] == ["a", "b", "C"]


def test_names_are_unique_whatever_their_case(cloud: Cloud) -> None:
    cloud.records.add_credentials(ADA, login("Archive"), b"x")
    with pytest.raises(InvalidRequest, match="credentials of that name"):
        cloud.records.add_credentials(ADA, login("ARCHIVE", "ftp"), b"x")
    results = at_once(*[lambda: cloud.records.add_credentials(ADA, login("tapes"), b"x") for _ in range(4)])
    assert [isinstance(result, SavedCredentials) for result in results].count(True) == 1


def test_a_type_has_one_default(cloud: Cloud) -> None:
    cloud.records.add_credentials(ADA, login("a", default=True), b"x")
    cloud.records.add_credentials(ADA, login("f", "ftp", default=True), b"x")
    cloud.records.add_credentials(ADA, login("b", default=True), b"x")
    assert defaults(cloud) == ["b", "f"]
    cloud.records.change_credentials(ADA, "A", {"default": True}, None)
    assert defaults(cloud) == ["a", "f"]
    cloud.records.change_credentials(ADA, "a", {"default": False}, None)
    assert defaults(cloud) == ["f"]


def test_changing_keeps_what_is_not_given(cloud: Cloud) -> None:
    cloud.records.add_credentials(ADA, login("archive", default=True), b"one")
    cloud.clock.advance(minutes=1)
    changed = cloud.records.change_credentials(ADA, "ARCHIVE", {"user": "AKIAOTHER"}, None)
    assert (changed.user, changed.default, changed.nickname) == ("AKIAOTHER", True, "archive")
    assert (changed.created_at, changed.updated_at) == ("2031-04-05T06:07:08Z", "2031-04-05T06:08:08Z")
    assert cloud.records.sealed_credentials(ADA) == [(changed, b"one")]
    cloud.records.change_credentials(ADA, "archive", {}, b"two")
    assert cloud.records.sealed_credentials(ADA)[0][1] == b"two"


def test_the_deleted_ones_are_gone_and_so_is_their_secret(cloud: Cloud) -> None:
    cloud.records.add_credentials(ADA, login("archive"), b"a secret")
    cloud.records.delete_credentials(ADA, "Archive")
    assert "a secret" not in str(cloud.records.table.get(f"accounts/{ADA}/credentials"))
    for call in (
        lambda: cloud.records.delete_credentials(ADA, "archive"),
        lambda: cloud.records.change_credentials(ADA, "archive", {}, None),
    ):
        with pytest.raises(NotFound):
            call()


def test_accounts_have_their_own(cloud: Cloud) -> None:
    cloud.records.add_credentials(ADA, login("archive", default=True), b"x")
    assert cloud.records.credentials_of(BOB) == []
    with pytest.raises(NotFound):
        cloud.records.delete_credentials(BOB, "archive")
    cloud.records.add_credentials(BOB, login("archive", default=True), b"y")
    assert defaults(cloud) == ["archive"]


def test_there_is_an_end_to_them(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_credentials, "MOST_CREDENTIALS", 1)
    cloud.records.add_credentials(ADA, login("a"), b"x")
    with pytest.raises(InvalidRequest, match="delete one first"):
        cloud.records.add_credentials(ADA, login("b"), b"x")
