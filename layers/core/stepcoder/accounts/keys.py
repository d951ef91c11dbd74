"""The API keys of an account: finding an account by one, revoking them. Making them: making_keys.py.

What each kind may do is zencoder-api 1.2. An integration-only key may also read the jobs of its account: whoever
creates a job must be able to see how it ends. It may change nothing but by creating jobs.
"""

from __future__ import annotations

import base64
import binascii
from datetime import timedelta

from stepcoder import runtime
from stepcoder.errors import RateLimited, Unauthorized
from stepcoder.records.credentials import password_is
from stepcoder.records.model import Account, ApiKey
from stepcoder.records.store import records

_LONGEST_KEY = 255
_LONGEST_LOGIN = 2048
_TRIES_PER_HOUR = 10
_WRONG_LOGIN = "The e-mail address or the password is wrong."


def account_for_key(key: object) -> Account:
    """The account a key belongs to, with the kind of that key. Raises Unauthorized."""
    if not isinstance(key, str) or not key.isascii() or not key.strip() or len(key) > _LONGEST_KEY:
        raise Unauthorized("The API key is not valid.")
    return records().account_by_key(key.strip())


def account_for_login(authorization: str) -> Account:
    """The account whose e-mail address and password an `Authorization: Basic …` header carries.

    For whoever lost the last key. An unknown address and a wrong password are refused alike, in words and in time.
    Raises Unauthorized, and RateLimited after ten tries with one address in an hour.
    """
    email, password = _login(authorization)
    if records().count_login(email) > _TRIES_PER_HOUR:
        raise RateLimited(_seconds_left_of_the_hour())
    account = records().account_by_email(email)
    if not password_is(password, account.password_hash if account else None) or account is None:
        raise Unauthorized(_WRONG_LOGIN)
    return account


def list_keys(account: Account) -> list[ApiKey]:
    """The keys that are good, oldest first."""
    return records().keys_of(account)


def revoke_key(account: Account, key_id: int) -> None:
    """At once the key is no longer known. Raises NotFound, also for another account's; WrongState for the last full
    one, without which nobody could manage the account."""
    records().revoke_key(account, key_id)


def _login(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.strip().partition(" ")
    if scheme.lower() != "basic" or len(encoded) > _LONGEST_LOGIN:
        raise Unauthorized(_WRONG_LOGIN)
    try:
        email, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise Unauthorized(_WRONG_LOGIN) from None
    if not email.strip() or not colon or not password:
        raise Unauthorized(_WRONG_LOGIN)
    return email, password


def _seconds_left_of_the_hour() -> int:
    now = runtime.now()
    end = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return max(1, int((end - now).total_seconds()))
