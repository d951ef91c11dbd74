"""What the sealed secret of a token is bound to. Sealing it is making_keys.py, opening it tokens.py.

Sealed as saved credentials are, with a context of its own: who may open these can open no customer's login.
"""

from __future__ import annotations


def token_context(account_id: int) -> dict[str, str]:
    """The encryption context. Nothing of it is secret."""
    return {"account": str(account_id), "purpose": "videosdk"}
