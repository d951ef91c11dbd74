"""Making an account, and what its record says: state, integration mode, usage period. Keys and secrets: beside."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from stepcoder import runtime
from stepcoder.errors import Forbidden, InvalidRequest
from stepcoder.records.model import Account
from stepcoder.records.store import records

# Deliberately loose: only sending a message can tell whether an address is good.
_EMAIL = re.compile(r"[^@\s\x00-\x1f<>\"(),;:\\]+@[^@\s\x00-\x1f<>\"(),;:\\]+\.[^@\s\x00-\x1f<>\"(),;:\\.]+")
_LONGEST_EMAIL = 254  # RFC 5321
_LONGEST_TEXT = 255
_PROFILE = ("first_name", "last_name", "company", "country", "affiliate_code", "newsletter")
_YES = frozenset({True, "1", "true"})  # True is also the number 1


@dataclass(frozen=True)
class NewAccount:
    """What is told once: the key, and the password if it was made up here."""

    account: Account
    api_key: str
    generated_password: str | None


def create_account(body: Mapping[str, Any]) -> NewAccount:
    """Make an account from the members of zencoder-api 2.8.

    Raises InvalidRequest with one sentence per problem, also when the e-mail address is taken.
    """
    problems = [*_terms_problems(body), *_email_problems(body), *_password_problems(body), *_profile_problems(body)]
    if problems:
        raise InvalidRequest(*problems)
    given = body.get("password")
    password = given or secrets.token_urlsafe(12)
    profile = {name: body[name] for name in _PROFILE if body.get(name) is not None}
    account, key = records().create_account(body["email"].strip(), password, profile)
    return NewAccount(account, key, None if given else password)


def set_integration_mode(account: Account, on: bool) -> None:
    """While on, every job of the account is a test job.

    Turning it off is 402 at the vendor's when no billing is set up (zencoder-api 1.5). Here nobody is billed, so it
    always succeeds.
    """
    records().set_integration_mode(account.id, on)


def require_active(account: Account) -> None:
    """Raises Forbidden (403) unless the account may start work.

    The reference names the states stopped, suspended and cancelled (2.8), but no status for what they refuse. Reading
    what is there stays possible. No route changes the state: whoever runs the service does, in the table.
    """
    if account.state != "active":
        raise Forbidden(f"This account is {account.state}: it can't start jobs.")


def period_end(moment: datetime | None = None) -> str:
    """The end of the usage period that holds `moment` (default: now): the first of the next month."""
    day = moment or runtime.now()
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return runtime.timestamp(day.replace(year=year, month=month, day=1, hour=0, minute=0, second=0, microsecond=0))


def _terms_problems(body: Mapping[str, Any]) -> list[str]:
    terms = body.get("terms_of_service")
    terms = terms.strip().lower() if isinstance(terms, str) else terms
    accepted = isinstance(terms, bool | int | str) and terms in _YES
    return [] if accepted else ['Terms of service must be accepted: send terms_of_service as "1".']


def _email_problems(body: Mapping[str, Any]) -> list[str]:
    email = body.get("email")
    if email in (None, ""):
        return ["Email is required."]
    if not isinstance(email, str) or len(email) > _LONGEST_EMAIL or not _EMAIL.fullmatch(email.strip()):
        return ["Email is not a valid e-mail address."]
    return []


def _password_problems(body: Mapping[str, Any]) -> list[str]:
    password = body.get("password")
    # One published specification spells it the second way.
    confirmation = body.get("password_confirmation", body.get("confirm_password"))
    if password is not None and (not isinstance(password, str) or not 1 <= len(password) <= _LONGEST_TEXT):
        return [f"Password must be a text of 1 to {_LONGEST_TEXT} characters."]
    if confirmation is not None and confirmation != password:
        return ["Password confirmation does not match the password."]
    return []


def _profile_problems(body: Mapping[str, Any]) -> list[str]:
    return [
        f"{name} must be a text of at most {_LONGEST_TEXT} characters."
        for name in _PROFILE
        if not _is_short(body.get(name))
    ]


def _is_short(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _LONGEST_TEXT
    return value is None or isinstance(value, bool | int | float)
