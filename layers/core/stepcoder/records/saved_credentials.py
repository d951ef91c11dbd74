"""Saved credentials of accounts in the table, their secrets sealed. Sealing is aws/keys.py, judging values elsewhere.

Item: `accounts/<id>/credentials`, a list (records/lists.py). Nicknames are unique whatever their case, and each type
has at most one default.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from stepcoder import runtime
from stepcoder.aws.table import Table
from stepcoder.errors import InvalidRequest, NotFound
from stepcoder.records.items import path_of
from stepcoder.records.lists import Entries, change_list, read_list
from stepcoder.records.model import Account, SavedCredentials

MOST_CREDENTIALS = 50  # with the longest secrets, far below the 400 KB of an item


class CredentialStore:
    """The part of Records that holds saved credentials."""

    table: Table

    def credentials_of(self, account_id: int) -> list[SavedCredentials]:
        """All of an account's, by nickname."""
        entries = read_list(self.table, _path(account_id))
        return sorted(map(_saved, entries), key=lambda saved: saved.nickname.lower())

    def sealed_credentials(self, account_id: int) -> list[tuple[SavedCredentials, bytes]]:
        """The same with their sealed secrets."""
        return [(_saved(entry), entry["sealed"]) for entry in read_list(self.table, _path(account_id))]

    def add_credentials(self, account_id: int, saved: SavedCredentials, sealed: bytes) -> SavedCredentials:
        """Stamps the times. Raises InvalidRequest for a nickname that is taken, or when there are too many."""
        stamp = runtime.timestamp()
        made = replace(saved, created_at=stamp, updated_at=stamp)

        def add(entries: Entries) -> Entries:
            if any(_is(entry, saved.nickname) for entry in entries):
                raise InvalidRequest(f'nickname is "{saved.nickname}": this account has credentials of that name.')
            if len(entries) >= MOST_CREDENTIALS:
                raise InvalidRequest(f"An account can save {MOST_CREDENTIALS} credentials: delete one first.")
            return _one_default([*entries, {**asdict(made), "sealed": sealed}], made)

        change_list(self.table, _path(account_id), add)
        return made

    def change_credentials(
        self, account_id: int, nickname: str, changes: dict[str, Any], sealed: bytes | None
    ) -> SavedCredentials:
        """Change some fields, and the secret unless `sealed` is None. Raises NotFound."""
        stamp = runtime.timestamp()

        def change(entries: Entries) -> Entries:
            old = _entry(entries, nickname)
            new = {**old, **changes, "updated_at": stamp, "sealed": old["sealed"] if sealed is None else sealed}
            return _one_default([new if entry is old else entry for entry in entries], _saved(new))

        return _saved(_entry(change_list(self.table, _path(account_id), change), nickname))

    def delete_credentials(self, account_id: int, nickname: str) -> None:
        """Raises NotFound."""

        def remove(entries: Entries) -> Entries:
            gone = _entry(entries, nickname)
            return [entry for entry in entries if entry is not gone]

        change_list(self.table, _path(account_id), remove)


def _path(account_id: int) -> str:
    return f"{path_of(Account, account_id)}/credentials"


def _is(entry: dict[str, Any], nickname: str) -> bool:
    return bool(entry["nickname"].lower() == nickname.lower())


def _entry(entries: Entries, nickname: str) -> dict[str, Any]:
    for entry in entries:
        if _is(entry, nickname):
            return entry
    raise NotFound(f"There are no saved credentials {nickname!r}.")


def _one_default(entries: Entries, newest: SavedCredentials) -> Entries:
    """Making one the default of its type ends another's being it."""
    if not newest.default:
        return entries
    return [
        {**entry, "default": False} if entry["type"] == newest.type and not _is(entry, newest.nickname) else entry
        for entry in entries
    ]


def _saved(entry: dict[str, Any]) -> SavedCredentials:
    return SavedCredentials(**{name: value for name, value in entry.items() if name != "sealed"})
