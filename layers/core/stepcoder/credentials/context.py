"""What a sealed secret is bound to. Sealing it is saving.py, opening it resolving.py."""

from __future__ import annotations


def sealing_context(account_id: int, nickname: str) -> dict[str, str]:
    """The encryption context: the secret opens only for the same account and nickname. Neither is secret."""
    return {"account": str(account_id), "nickname": nickname.lower()}
