"""Who calls, by the token in the Authorization header (videosdk-encoder-api 3).

PyJWT reads and checks the tokens: small, maintained, MIT, and without its optional cryptography it knows HMAC alone,
which is all that is accepted here. It is loaded at the first call.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from stepcoder import runtime
from stepcoder.accounts.token_context import token_context
from stepcoder.aws import keys
from stepcoder.errors import Unauthorized
from stepcoder.records.store import records

if TYPE_CHECKING:
    from stepcoder.records.model import Account

SKEW_SECONDS = 60
_ALGORITHM = "HS256"
_LONGEST_TOKEN = 8192
_LONGEST_KEY = 255
_SECONDS_KEPT = 300
_MOST_KEPT = 256

# Opened secrets by their sealed form, and when they were opened.
_opened: dict[bytes, tuple[float, str]] = {}


def account_for_token(authorization: str | None) -> Account:
    """The account that signed the token, sent bare or after `Bearer`. Raises Unauthorized, TryAgain.

    The algorithm is judged before any key is looked at. A token without `exp` is taken only where the deployment says
    so: three of the vendor's five samples sign such.
    """
    import jwt

    token = _bare(authorization)
    try:
        if jwt.get_unverified_header(token).get("alg") != _ALGORITHM:
            raise Unauthorized(f"The token must be signed with {_ALGORITHM}.")
        account, secret = _signer(jwt.decode(token, options={"verify_signature": False}))
        # Compares the signatures in constant time.
        claims = jwt.decode(token, secret, algorithms=[_ALGORITHM], leeway=SKEW_SECONDS, options=_options())
    except jwt.ExpiredSignatureError:
        raise Unauthorized("The token has expired.") from None
    except jwt.ImmatureSignatureError:
        raise Unauthorized("The token is not valid yet: look at its nbf and iat, and at your clock.") from None
    except jwt.InvalidTokenError:
        raise Unauthorized("The token is not valid.") from None
    if "exp" not in claims and not runtime.settings().legacy_tokens:
        raise Unauthorized("The token has no exp: it must say when it expires.")
    return account


def _bare(authorization: str | None) -> str:
    text = (authorization or "").strip()
    scheme, _, rest = text.partition(" ")
    token = rest.strip() if scheme.lower() == "bearer" else text
    if not token:
        raise Unauthorized("A token is required: send it in the Authorization header.")
    if len(token) > _LONGEST_TOKEN:
        raise Unauthorized("The token is not valid.")
    return token


def _signer(claims: dict[str, Any]) -> tuple[Account, str]:
    key = claims.get("apikey")
    if not isinstance(key, str) or not key.isascii() or not 0 < len(key) <= _LONGEST_KEY:
        raise Unauthorized("The token has no apikey.")
    found = records().account_by_token_key(key)
    if found is None:
        raise Unauthorized("The token's apikey is unknown.")
    account, sealed = found
    return account, _secret(account.id, sealed)


def _secret(account_id: int, sealed: bytes) -> str:
    """Asks KMS at most every five minutes: every call of an account needs it."""
    opened_at, secret = _opened.get(sealed, (0.0, ""))
    if not secret or time.monotonic() - opened_at > _SECONDS_KEPT:
        secret = keys.unseal(sealed, token_context(account_id))
        if len(_opened) >= _MOST_KEPT:
            _opened.clear()
        _opened[sealed] = (time.monotonic(), secret)
    return secret


def _options() -> Any:
    """What real-time tokens carry besides is none of ours."""
    return {"verify_aud": False, "verify_iss": False, "verify_sub": False, "verify_jti": False}
