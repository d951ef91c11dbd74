"""Documents of saved credentials, on our own routes (zencoder-api 2.9 leaves them open). Never a secret in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stepcoder.records.model import SavedCredentials

Document = dict[str, Any]


def credentials(saved: SavedCredentials) -> Document:
    """One set of credentials."""
    return {
        "nickname": saved.nickname,
        "type": saved.type,
        "user": saved.user,
        "default": saved.default,
        "created_at": saved.created_at,
        "updated_at": saved.updated_at,
    }


def credentials_list(saved: Sequence[SavedCredentials]) -> Document:
    """The answer to GET /credentials."""
    return {"credentials": [credentials(each) for each in saved]}
