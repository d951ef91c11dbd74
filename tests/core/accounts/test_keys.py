from __future__ import annotations

import base64

import pytest

from stepcoder.accounts import account_for_key
from stepcoder.accounts.keys import account_for_login
from stepcoder.accounts.making_keys import create_key
from stepcoder.errors import InvalidRequest, RateLimited, Unauthorized
from stepcoder.records import credentials
from stepcoder.records.model import Account
from tests.cloud import Cloud


def basic(login: str) -> str:
    return "Basic " + base64.b64encode(login.encode()).decode()


@pytest.fixture
def ada(cloud: Cloud) -> Account:
    return cloud.records.create_account("Ada@Example.org", "correct horse: battery")[0]


@pytest.mark.parametrize("key", [None, 5, "", "  ", "ключ", "\ud800", "x" * 300, ["a"], b"a"])
def test_what_can_t_be_a_key_is_refused_without_a_look_at_the_table(key: object) -> None:
    with pytest.raises(Unauthorized):
        account_for_key(key)


def test_a_key_says_what_it_is_for(ada: Account) -> None:
    made = create_key(ada, {"kind": "integration", "label": " build server "})
    assert (made.key.kind, made.key.label) == ("integration", "build server")
    assert made.api_key.endswith(made.key.last_characters or "?")
    found = account_for_key(made.api_key)
    assert (found.id, found.key_kind) == (ada.id, "integration")


@pytest.mark.parametrize("body", [{"kind": "admin"}, {"kind": 1}, {"label": "a\nb"}, {"label": "x" * 256}])
def test_wrong_wishes_make_no_key(cloud: Cloud, ada: Account, body: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        create_key(ada, body)
    assert len(cloud.records.keys_of(ada)) == 1


@pytest.mark.parametrize("email", ["Ada@Example.org", "ada@example.org", " ADA@EXAMPLE.ORG "])
def test_address_and_password_find_the_account(ada: Account, email: str) -> None:
    assert account_for_login(basic(f"{email}:correct horse: battery")).id == ada.id


@pytest.mark.parametrize(
    "header",
    [
        basic("ada@example.org:wrong"),
        basic("bob@example.org:correct horse: battery"),
        basic("ada@example.org:"),
        basic(":correct horse: battery"),
        basic("ada@example.org"),
        "Basic ",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff\xfe:x").decode(),
        "Basic " + "QUFB" * 1000,
        "Bearer abc",
        "",
    ],
)
def test_every_wrong_login_hears_the_same(ada: Account, header: str) -> None:
    with pytest.raises(Unauthorized) as caught:
        account_for_login(header)
    assert caught.value.messages == ["The e-mail address or the password is wrong."]


def test_an_unknown_address_costs_the_same_work_as_a_wrong_password(
    ada: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    work: list[tuple[int, ...]] = []
    scrypt = credentials._scrypt

    def counted(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
        work.append((len(salt), n, r, p))
        return scrypt(password, salt, n, r, p)

    monkeypatch.setattr(credentials, "_scrypt", counted)
    for email in ("ada@example.org", "nobody@example.org"):
        with pytest.raises(Unauthorized):
            account_for_login(basic(f"{email}:guess"))
    known, unknown = work
    assert known == unknown


def test_passwords_can_not_be_guessed_all_day(cloud: Cloud, ada: Account) -> None:
    for _ in range(10):
        with pytest.raises(Unauthorized):
            account_for_login(basic("ada@example.org:guess"))
    with pytest.raises(RateLimited) as caught:
        account_for_login(basic("ADA@example.org:correct horse: battery"))
    assert 0 < caught.value.retry_after <= 3600
    cloud.clock.advance(seconds=caught.value.retry_after)
    assert account_for_login(basic("ada@example.org:correct horse: battery")).id == ada.id


def test_tries_are_counted_for_addresses_nobody_has_as_well(cloud: Cloud) -> None:
    for _ in range(10):
        with pytest.raises(Unauthorized):
            account_for_login(basic("nobody@example.org:guess"))
    with pytest.raises(RateLimited):
        account_for_login(basic("nobody@example.org:guess"))
