"""Whose a key is, what it is for, where its settings lie, and who may read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stepcoder.uploads import places

NAMES = st.text(min_size=1, max_size=20).filter(lambda text: "/" not in text)


@given(st.integers(min_value=1, max_value=10**17), st.lists(NAMES, min_size=1, max_size=5))
def test_everything_in_an_accounts_folder_is_its_own(account_id: int, parts: list[str]) -> None:
    key = places.account_folder(account_id) + "/".join(parts)
    assert places.owner(key) == account_id
    assert places.is_somebodys(key)
    assert not places.may_read(account_id + 1, key)
    assert not places.may_read(None, key)
    assert places.may_read(account_id, key) == (not {".", ".."} & set(parts))


@pytest.mark.parametrize(
    "key",
    [
        "film.mp4",
        "in/film.mp4",
        "accounts/",
        "accounts/7",
        "accounts/7/",
        "accounts/07/a",
        "accounts/0/a",
        "accounts/x/a",
        "accounts/-1/a",
        "accounts/7 /a",
        "accounts/٧/a",
        "accounts/9999999999999999999/a",
        "Accounts/7/a",
        "/accounts/7/a",
    ],
)
def test_what_is_in_no_accounts_folder_has_no_owner(key: str) -> None:
    assert places.owner(key) is None


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("accounts/7/film.mp4", "file"),
        ("accounts/7/film", "file"),
        ("accounts/7/a/b/c.MOV", "file"),
        ("accounts/7/json", "file"),
        ("accounts/7/.hidden/film.mp4", "file"),
        ("accounts/7/film.mp4.json", "settings"),
        ("accounts/7/default.json", "settings"),
        ("accounts/7/DEFAULT.JSON", "settings"),
        ("accounts/7/tapes/", "folder"),
        ("accounts/7/.DS_Store", "hidden"),
        ("accounts/7/tapes/._film.mp4", "hidden"),
    ],
)
def test_only_files_are_to_be_encoded(key: str, kind: str) -> None:
    assert places.kind_of(key) == kind


def test_defaults_are_looked_for_from_the_files_folder_up_to_the_accounts() -> None:
    assert list(places.folder_defaults("accounts/7/a/b/film.mp4")) == [
        "accounts/7/a/b/default.json",
        "accounts/7/a/default.json",
        "accounts/7/default.json",
    ]
    assert list(places.folder_defaults("accounts/7/film.mp4")) == ["accounts/7/default.json"]


@given(NAMES)
def test_settings_beside_a_file_are_never_a_file(name: str) -> None:
    assert places.kind_of(places.settings_beside(f"accounts/7/{name}")) == "settings"


@pytest.mark.parametrize("key", ["film.mp4", "in/accounts/8/film.mp4", "tapes/8.mp4", "accountsx/8/a.mp4"])
def test_what_is_nobodys_everybody_may_read(key: str) -> None:
    assert places.may_read(7, key)
    assert places.may_read(None, key)


@pytest.mark.parametrize(
    "key",
    [
        "accounts/8/film.mp4",
        "accounts/78/film.mp4",
        "accounts/",
        "accounts/film.mp4",
        "/accounts/8/film.mp4",
        "//accounts//8/film.mp4",
        "accounts//8/film.mp4",
        "accounts/7/../8/film.mp4",
        "accounts/7/./film.mp4",
        "in/../accounts/8/film.mp4",
        "./accounts/8/film.mp4",
        "accounts/07/film.mp4",
    ],
)
def test_no_way_of_writing_leads_into_anothers_folder(key: str) -> None:
    assert not places.may_read(7, key)
