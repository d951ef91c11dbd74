"""Accounts and their e-mail addresses in the table. Keys: keys.py beside. Who may do what is decided elsewhere.

Items: `accounts/<id>`; `emails/<lower case>`, which makes addresses unique; `logins/<sha256 of the address>/<hour>`,
which counts tries to log in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from stepcoder import runtime
from stepcoder.aws.expressions import equals, exists
from stepcoder.aws.table import Conflict, Put, Table, Update
from stepcoder.errors import InvalidRequest, NotFound, WrongState
from stepcoder.records import credentials
from stepcoder.records.items import path_of, to_changes, to_item
from stepcoder.records.jobs import next_id
from stepcoder.records.keys import KeyStore, first_keys, key_item, new_key, next_key_id
from stepcoder.records.model import Account


class AccountStore(KeyStore):
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
        key, _, entry = new_key(next_key_id(self.table), "full")
        address = Put(path=_address_path(email), item={"account_id": account.id})
        record = Put(path=path_of(Account, account.id), item=to_item(account))
        try:
            self.table.transact([address, record, key_item(account.id, entry), first_keys(account.id, entry)])
        except Conflict:
            raise InvalidRequest("Email has already been taken") from None
        return account, key

    def account(self, account_id: int) -> Account:
        """Raises NotFound."""
        account = self._account(account_id)
        if account is None:
            raise NotFound(f"There is no account {account_id}.")
        return account

    def account_by_email(self, email: str) -> Account | None:
        """The account of an address, in whatever case it is written."""
        item = self.table.get(_address_path(email))
        return None if item is None else self._account(int(item["account_id"]))

    def count_login(self, email: str) -> int:
        """Count a try to log in with this address, whether or not there is such an account; the tries of this hour."""
        now = runtime.now()
        # By hash: what strangers type need not lie in the table.
        digest = hashlib.sha256(_normal(email).encode()).hexdigest()
        expiry = {"expires_at": int((now + timedelta(hours=2)).timestamp())}
        update = Update(path=f"logins/{digest}/{now:%Y%m%d%H}", add={"tries": 1}, set_once=expiry)
        return int(self.table.update(update)["tries"])

    def set_integration_mode(self, account_id: int, on: bool) -> None:
        """While on, every job of the account is a test job. Raises NotFound."""
        changes = {"integration_mode": on, "updated_at": runtime.timestamp()}
        try:
            self.table.update(Update(path=path_of(Account, account_id), set_=changes, when=exists("path")))
        except Conflict:
            raise NotFound(f"There is no account {account_id}.") from None

    def replace_secrets(self, account: Account, overlap_until: str | None) -> Account:
        """New secrets for an account. With `overlap_until`, those it has stay known as the previous ones.

        Raises WrongState when another call replaced them since `account` was read.
        """
        changes: dict[str, Any] = {
            "notification_secret": credentials.new_notification_secret(),
            "signing_secret": credentials.new_signing_secret(),
            "previous_notification_secret": account.notification_secret if overlap_until else None,
            "previous_signing_secret": account.signing_secret if overlap_until else None,
            "secrets_overlap_until": overlap_until,
            "updated_at": runtime.timestamp(),
        }
        set_, remove = to_changes(Account, changes)
        unchanged = equals("signing_secret", account.signing_secret)
        try:
            self.table.update(Update(path=path_of(Account, account.id), set_=set_, remove=remove, when=unchanged))
        except Conflict:
            raise WrongState("The secrets were replaced by another call just now.") from None
        return replace(account, **changes)


def _address_path(email: str) -> str:
    return f"emails/{_normal(email)}"


def _normal(email: str) -> str:
    return email.strip().lower()
