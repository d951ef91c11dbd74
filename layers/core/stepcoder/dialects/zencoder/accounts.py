"""Account documents (zencoder-api 2.8). Rendering only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stepcoder.accounts import NewAccount
    from stepcoder.records.model import Account

Document = dict[str, Any]


def created_account(new: NewAccount) -> Document:
    """The answer to POST /account: the only time the key is shown; the password only if we made it up."""
    document = {"api_key": new.api_key}
    return document if new.generated_password is None else {**document, "password": new.generated_password}


def account_details(account: Account, period_ends_at: str) -> Document:
    """The answer to GET /account. Nobody is billed, so the billing members say "none", null and zero."""
    return {
        "account_state": account.state,
        "plan": "Self-hosted",
        # Usage is not counted yet; the member must be there all the same.
        "minutes_used": 0,
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
