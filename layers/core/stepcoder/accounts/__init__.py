"""The use-cases of accounts: who they are, their keys, their secrets. One module for each; storage is records/."""

from stepcoder.accounts.creation import (
    NewAccount,
    create_account,
    period_end,
    require_active,
    set_integration_mode,
)
from stepcoder.accounts.keys import account_for_key

__all__ = [
    "NewAccount",
    "account_for_key",
    "create_account",
    "period_end",
    "require_active",
    "set_integration_mode",
]
