"""The API keys of accounts in the table. A key itself is never stored, only its hash.

Items: `keys/<sha256>` finds the account by a key, and holds a videosdk key's sealed secret; `accounts/<id>/keys` lists
an account's keys, without which nobody could say what to revoke. Both change in one transaction.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, Literal, get_args

from stepcoder import runtime
from stepcoder.aws.expressions import absent, exists
from stepcoder.aws.table import Put, Table, Update
from stepcoder.errors import InvalidRequest, NotFound, Unauthorized, WrongState
from stepcoder.records import credentials
from stepcoder.records.items import from_item, path_of
from stepcoder.records.jobs import next_id
from stepcoder.records.lists import Entries, change_list, first_list, read_list
from stepcoder.records.model import Account, ApiKey

KeyKind = Literal["full", "read_only", "integration", "videosdk"]
KINDS: tuple[str, ...] = get_args(KeyKind)
MOST_KEYS = 100

_LAST_CHARACTERS = 4
# A revoked key stays marked for a while, for whoever looks into an incident; then TTL removes it.
_MARK_KEPT = timedelta(days=30)


class KeyStore:
    """The part of Records that holds API keys."""

    table: Table

    def account_by_key(self, key: str) -> Account:
        """The account an API key belongs to, with `key_kind` set. Raises Unauthorized for an unknown or revoked key.

        A key that signs tokens is no secret: it opens nothing by itself.
        """
        account, _ = self._by_key(key)
        if account is None or account.key_kind == "videosdk":
            raise Unauthorized("API key is missing or invalid.")
        return account

    def account_by_token_key(self, key: str) -> tuple[Account, bytes] | None:
        """The account of a videosdk key, and the sealed secret that its tokens are signed with; None if unknown."""
        account, found = self._by_key(key)
        return (account, bytes(found["sealed"])) if account is not None and "sealed" in found else None

    def _by_key(self, key: str) -> tuple[Account | None, dict[str, Any]]:
        digest = credentials.key_digest(key)
        found = self.table.get(_path(digest)) or {}
        account = None if not found or "revoked_at" in found else self._account(int(found["account_id"]))
        return (None if account is None else replace(account, key_kind=found["kind"], key_digest=digest)), found

    def create_key(
        self, account_id: int, kind: KeyKind, label: str | None = None, sealed: bytes | None = None
    ) -> tuple[ApiKey, str]:
        """A further key of an account, readable only now; with `sealed`, the secret that goes with it.

        Raises NotFound; InvalidRequest when there are too many.
        """
        if self._account(account_id) is None:
            raise NotFound(f"There is no account {account_id}.")
        key, made, entry = new_key(next_key_id(self.table), kind, label)

        def add(entries: Entries) -> Entries:
            if len(entries) >= MOST_KEYS:
                raise InvalidRequest(f"An account can have {MOST_KEYS} keys: revoke one that is no longer used.")
            return [*entries, entry]

        change_list(self.table, list_path(account_id), add, [key_item(account_id, entry, sealed)])
        return made, key

    def keys_of(self, account: Account) -> list[ApiKey]:
        """The account's keys that are not revoked, oldest first."""
        return [_api_key(entry) for entry in self._listed(account)]

    def revoke_key(self, account: Account, key_id: int) -> None:
        """From now on the key is unknown. Raises NotFound, and WrongState for the last full key."""
        revoked = _entry(self._listed(account), key_id)

        def remove(entries: Entries) -> Entries:
            entry = _entry(entries, key_id)
            left = [each for each in entries if each["id"] != key_id]
            if entry["kind"] == "full" and not any(each["kind"] == "full" for each in left):
                raise WrongState("The last full key of an account can't be revoked: create another full key first.")
            return left

        now = runtime.now()
        mark = {"revoked_at": runtime.timestamp(now), "expires_at": int((now + _MARK_KEPT).timestamp())}
        marked = Update(path=_path(revoked["digest"]), set_=mark, when=exists("path"))
        change_list(self.table, list_path(account.id), remove, [marked])

    def _listed(self, account: Account) -> Entries:
        """The list, with the key in use added where it is older than the list."""
        entries, digest = read_list(self.table, list_path(account.id)), account.key_digest
        if not digest or any(entry["digest"] == digest for entry in entries):
            return entries
        item = self.table.get(_path(digest)) or {}
        if "id" in item or "revoked_at" in item:
            return entries  # revoked since this call began
        entry = {
            "id": next_key_id(self.table),
            "kind": account.key_kind,
            "created_at": item.get("created_at", account.created_at),
            "digest": digest,
        }

        def add(present: Entries) -> Entries:
            known = any(each["digest"] == digest for each in present)
            return present if known else [entry, *present]

        adopted = Update(path=_path(digest), set_={"id": entry["id"]}, when=exists("path") & absent("revoked_at"))
        return change_list(self.table, list_path(account.id), add, [adopted])

    def _account(self, account_id: int) -> Account | None:
        item = self.table.get(path_of(Account, account_id))
        return from_item(Account, item) if item else None


def new_key(key_id: int, kind: KeyKind, label: str | None = None) -> tuple[str, ApiKey, dict[str, Any]]:
    """A fresh key, what may be told of it later, and its entry in the list."""
    key = credentials.new_api_key()
    entry: dict[str, Any] = {
        "id": key_id,
        "kind": kind,
        "label": label,
        "last_characters": key[-_LAST_CHARACTERS:],
        "created_at": runtime.timestamp(),
        "digest": credentials.key_digest(key),
    }
    return key, _api_key(entry), entry


def next_key_id(table: Table) -> int:
    """Ids are the deployment's, not the account's: nobody's id names another one's key."""
    return next_id(table, "keys", first=1)


def key_item(account_id: int, entry: dict[str, Any], sealed: bytes | None = None) -> Put:
    """The action that makes a key known, for a transaction."""
    item = {"account_id": account_id, **{name: entry[name] for name in ("id", "kind", "created_at")}}
    if sealed is not None:
        item["sealed"] = sealed
    return Put(path=_path(entry["digest"]), item=item)


def first_keys(account_id: int, entry: dict[str, Any]) -> Put:
    """The action that makes a new account's list, for a transaction."""
    return first_list(list_path(account_id), [entry])


def list_path(account_id: int) -> str:
    return f"{path_of(Account, account_id)}/keys"


def _path(digest: str) -> str:
    return f"keys/{digest}"


def _entry(entries: Entries, key_id: int) -> dict[str, Any]:
    for entry in entries:
        if entry["id"] == key_id:
            return entry
    raise NotFound(f"There is no key {key_id}.")


def _api_key(entry: dict[str, Any]) -> ApiKey:
    return ApiKey(
        id=entry["id"],
        kind=entry["kind"],
        label=entry.get("label"),
        last_characters=entry.get("last_characters"),
        created_at=entry["created_at"],
    )
