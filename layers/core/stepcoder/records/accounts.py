"""Accounts, their e-mail addresses and their API keys in the table. Who may do what is decided elsewhere.

Items: `accounts/<id>`, `emails/<lower case>` (makes addresses unique), `keys/<sha256>` (a key is never stored itself).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Literal

from stepcoder import runtime
from stepcoder.aws.expressions import exists
from stepcoder.aws.table import Conflict, Put, Table, Update
from stepcoder.errors import InvalidRequest, NotFound, Unauthorized
from stepcoder.records import credentials
from stepcoder.records.items import from_item, path_of, to_item
from stepcoder.records.jobs import next_id
from stepcoder.records.model import Account

KeyKind = Literal["full", "read_only", "integration"]


class AccountStore:
    """The part of Records that holds accounts."""

    table: Table

    def create_account(
        self, email: str, password: str | None = None, profile: Mapping[str, Any] | None = None
    ) -> tuple[Account, str]:
        """A new active account and its full-access key, which is readable only now.

        `profile` holds first_name, company and so on. Raises InvalidRequest if the address is taken.
        """
        stamp = runtime.timestamp()
        account = Account(
            id=next_id(self.table, "accounts", first=1),
            email=email,
            profile=dict(profile or {}),
            password_hash=credentials.hash_password(password) if password else None,
            notification_secret=credentials.new_notification_secret(),
            signing_secret=credentials.new_signing_secret(),
            created_at=stamp,
            updated_at=stamp,
        )
        key = credentials.new_api_key()
        address = Put(path=f"emails/{email.strip().lower()}", item={"account_id": account.id})
        record = Put(path=path_of(Account, account.id), item=to_item(account))
        try:
            self.table.transact([address, record, _key_item(key, account.id, "full", stamp)])
        except Conflict:
            raise InvalidRequest("Email has already been taken") from None
        return account, key

    def account(self, account_id: int) -> Account:
        """Raises NotFound."""
        item = self.table.get(path_of(Account, account_id))
        if item is None:
            raise NotFound(f"There is no account {account_id}.")
        return from_item(Account, item)

    def account_by_key(self, key: str) -> Account:
        """The account an API key belongs to, with `key_kind` set. Raises Unauthorized for an unknown key."""
        item = self.table.get(f"keys/{credentials.key_digest(key)}")
        if item is None:
            raise Unauthorized("API key is missing or invalid.")
        return replace(self.account(int(item["account_id"])), key_kind=item["kind"])

    def create_key(self, account_id: int, kind: KeyKind) -> str:
        """A further key of an account, readable only now. Raises NotFound."""
        self.account(account_id)
        key = credentials.new_api_key()
        put = _key_item(key, account_id, kind, runtime.timestamp())
        self.table.put_new(put.path, put.item)
        return key

    def set_integration_mode(self, account_id: int, on: bool) -> None:
        """While on, every job of the account is a test job. Raises NotFound."""
        changes = {"integration_mode": on, "updated_at": runtime.timestamp()}
        try:
            self.table.update(Update(path=path_of(Account, account_id), set_=changes, when=exists("path")))
        except Conflict:
            raise NotFound(f"There is no account {account_id}.") from None


def _key_item(key: str, account_id: int, kind: KeyKind, stamp: str) -> Put:
    item = {"account_id": account_id, "kind": kind, "created_at": stamp}
    return Put(path=f"keys/{credentials.key_digest(key)}", item=item)
