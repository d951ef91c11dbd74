"""Making further API keys, and the secrets of those that sign tokens. Apart, because few functions may seal secrets."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from stepcoder.accounts.members import choice, text
from stepcoder.accounts.token_context import token_context
from stepcoder.aws import keys
from stepcoder.records.keys import KINDS, KeyKind
from stepcoder.records.model import Account, ApiKey
from stepcoder.records.store import records


@dataclass(frozen=True)
class NewKey:
    """A key as it is told once; a videosdk key with the secret that signs its tokens."""

    key: ApiKey
    api_key: str
    secret: str | None = None


def create_key(account: Account, body: Mapping[str, Any]) -> NewKey:
    """A further key. `kind` is full (the default), read_only, integration or videosdk; `label` is for its owner.

    Raises InvalidRequest, and TryAgain where a secret can't be sealed just now.
    """
    kind, label = cast(KeyKind, choice(body, "kind", KINDS) or "full"), text(body, "label")
    if kind != "videosdk":
        return NewKey(*records().create_key(account.id, kind, label))
    secret = secrets.token_hex(32)
    sealed = keys.seal(secret, token_context(account.id))
    return NewKey(*records().create_key(account.id, kind, label, sealed), secret)
