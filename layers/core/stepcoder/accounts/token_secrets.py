"""The secrets that sign VideoSDK tokens: made and sealed, opened and remembered for a while. Tokens: tokens.py.

Sealed as saved credentials are, with a context of their own: who may open these can open no customer's login.
"""

from __future__ import annotations

import secrets
import time

from stepcoder.aws import keys

_SECONDS_KEPT = 300
_MOST_KEPT = 256

# Opened secrets by their sealed form, and when they were opened.
_opened: dict[bytes, tuple[float, str]] = {}


def new_secret(account_id: int) -> tuple[str, bytes]:
    """A secret to be told once, and the same sealed. Raises TryAgain."""
    secret = secrets.token_hex(32)
    return secret, keys.seal(secret, _context(account_id))


def opened_secret(account_id: int, sealed: bytes) -> str:
    """Asks KMS at most every five minutes: every call of an account needs it. Raises TryAgain."""
    opened_at, secret = _opened.get(sealed, (0.0, ""))
    if not secret or time.monotonic() - opened_at > _SECONDS_KEPT:
        secret = keys.unseal(sealed, _context(account_id))
        if len(_opened) >= _MOST_KEPT:
            _opened.clear()
        _opened[sealed] = (time.monotonic(), secret)
    return secret


def _context(account_id: int) -> dict[str, str]:
    return {"account": str(account_id), "purpose": "videosdk"}
