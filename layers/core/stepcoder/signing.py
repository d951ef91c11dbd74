"""Standard Webhooks signatures: the headers that let a receiver verify a notification. Pure; the clock is given.

The rules are those of the Standard Webhooks specification, version 1 (symmetric signatures).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime

_PREFIX = "whsec_"


def signature_headers(secrets: Sequence[str], message_id: str, sent_at: datetime, body: bytes) -> dict[str, str]:
    """webhook-id, webhook-timestamp and webhook-signature for one delivery attempt: a signature for each secret.

    `message_id` stays the same when a delivery is repeated; `sent_at` is this attempt's. Raises ValueError for a
    secret that is not `whsec_` and base64.
    """
    seconds = str(int(sent_at.timestamp()))
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _key(secret: str) -> bytes:
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("a signing secret is whsec_ and base64") from None
