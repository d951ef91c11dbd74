"""Account documents (zencoder-api 2.8), and those of our own routes for keys, secrets and uploads. Rendering only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stepcoder.accounts import NewAccount
    from stepcoder.accounts.making_keys import NewKey
    from stepcoder.records.model import Account, ApiKey

Document = dict[str, Any]


def created_account(new: NewAccount) -> Document:
    """The answer to POST /account: the only time the key is shown; the password only if we made it up."""
    document = {"api_key": new.api_key}
    return document if new.generated_password is None else {**document, "password": new.generated_password}


def account_details(account: Account, minutes_used: int, period_ends_at: str) -> Document:
    """The answer to GET /account. Nobody is billed, so the billing members say "none", null and zero."""
    return {
        "account_state": account.state,
        "plan": "Self-hosted",
        "minutes_used": minutes_used,
        "minutes_included": 0,
        "billing_state": "none",
        "privacy_mode": False,
        "integration_mode": account.integration_mode,
        "billing_first_name": account.profile.get("first_name"),
        "billing_last_name": account.profile.get("last_name"),
        "credit_card_type": None,
        "credit_card_number": None,
        "credit_card_expiration_month": None,
        "credit_card_expiration_year": None,
        "balance_in_cents": 0,
        "current_period_ends_at": period_ends_at,
    }


def uploaded_files(settings: Document) -> Document:
    """What becomes of files that are uploaded for the account: an extension of ours. Secrets in it are not shown."""
    return {"upload_settings": _without_secrets(settings)}


def created_key(new: NewKey) -> Document:
    """The answer to POST /account/keys: the only time the key is shown."""
    secret = {} if new.secret is None else {"secret": new.secret}
    return {**_key(new.key), "api_key": new.api_key, **secret}


def key_list(keys: Sequence[ApiKey]) -> Document:
    """The answer to GET /account/keys."""
    return {"keys": [_key(key) for key in keys]}


def secrets(account: Account, in_overlap: bool) -> Document:
    """What proves notifications. The previous ones are null when they are no longer in force."""
    return {
        "notification_secret": account.notification_secret,
        "signing_secret": account.signing_secret,
        "previous_notification_secret": account.previous_notification_secret if in_overlap else None,
        "previous_signing_secret": account.previous_signing_secret if in_overlap else None,
        "overlap_ends_at": account.secrets_overlap_until if in_overlap else None,
    }


def _key(key: ApiKey) -> Document:
    return {
        "id": key.id,
        "kind": key.kind,
        "label": key.label,
        "last_characters": key.last_characters,
        "created_at": key.created_at,
    }


def _without_secrets(value: Any) -> Any:
    """Without what URLs and headers carry to be let in somewhere."""
    # Loaded here: only this document is made of settings.
    from stepcoder.request.problems import without_credentials

    if isinstance(value, dict):
        return {
            name: dict.fromkeys(part, "***") if name == "headers" and isinstance(part, dict) else _without_secrets(part)
            for name, part in value.items()
        }
    if isinstance(value, list):
        return [_without_secrets(part) for part in value]
    return without_credentials(value) if isinstance(value, str) else value
