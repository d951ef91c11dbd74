"""Keys, passwords and secrets of accounts: how they are made, hashed and compared. Pure apart from randomness."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

# scrypt at 32 MiB and three passes: one of OWASP's recommended strengths that still fits a small function's memory.
_N, _R, _P = 2**15, 8, 3
_MAX_MEMORY = 64 * 1024 * 1024


def new_api_key() -> str:
    """32 hex characters, like the classic keys clients know (zencoder-api 1.2)."""
    return secrets.token_hex(16)


def key_digest(key: str) -> str:
    """What is stored instead of a key. A plain hash is enough: keys are random, there is nothing to guess."""
    return hashlib.sha256(key.encode()).hexdigest()


def new_signing_secret() -> str:
    """A Standard Webhooks secret: `whsec_` and 24 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()


def new_notification_secret() -> str:
    """The value of X-Zencoder-Notification-Secret (zencoder-api 4.3).

    Not the signing secret: this one travels in clear to every receiver, who could otherwise sign for us.
    """
    return secrets.token_hex(20)


def hash_password(password: str) -> str:
    """`scrypt$n$r$p$salt$hash`, salt and hash in hex."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_N}${_R}${_P}${salt.hex()}${_scrypt(password, salt, _N, _R, _P).hex()}"


def password_matches(stored: str, password: str) -> bool:
    """Compare in constant time. Raises ValueError if `stored` was not made by hash_password."""
    _, n, r, p, salt, digest = stored.split("$")
    return hmac.compare_digest(_scrypt(password, bytes.fromhex(salt), int(n), int(r), int(p)), bytes.fromhex(digest))


def password_is(password: str, stored: str | None) -> bool:
    """Whether `stored` was made from this password. None, for no account, takes as long and is never right."""
    if stored is None:
        _scrypt(password, b"nobody's account", _N, _R, _P)
        return False
    return password_matches(stored, password)


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MAX_MEMORY, dklen=32)
