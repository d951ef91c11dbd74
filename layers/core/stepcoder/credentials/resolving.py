"""Opening saved credentials for the worker that reads or delivers with them. Nothing here is ever told to a client.

Only names travel in plans and queues; the secret itself is read where it is used, and forgotten soon after.
"""

from __future__ import annotations

import threading
import time

from stepcoder.aws import keys
from stepcoder.credentials.context import sealing_context
from stepcoder.errors import EncodingError
from stepcoder.records.model import SavedCredentials
from stepcoder.records.store import records
from stepcoder.storage import Secret, types_for

_SECONDS_KEPT = 300
_MOST_KEPT = 64

# Opened secrets by their sealed form, which changes whenever the secret does, and when they were opened.
_opened: dict[bytes, tuple[float, str]] = {}
_lock = threading.Lock()


def resolve(account_id: int, nickname: str | None, scheme: str) -> Secret | None:
    """The credentials named, or without a name the account's default for URLs of that scheme; None if it has none.

    Raises EncodingError where the named ones are gone or of another type since the job was accepted, and TryAgain.
    """
    wanted = types_for(scheme)
    if not wanted:
        return None
    present = records().sealed_credentials(account_id)
    if nickname is not None:
        return _open(account_id, *_named(present, nickname, wanted))
    for kind in wanted:
        for saved, sealed in present:
            if saved.default and saved.type == kind:
                return _open(account_id, saved, sealed)
    return None


def forget() -> None:
    """Forget what was opened: for tests, whose keys come and go."""
    with _lock:
        _opened.clear()


def _named(
    present: list[tuple[SavedCredentials, bytes]], nickname: str, wanted: tuple[str, ...]
) -> tuple[SavedCredentials, bytes]:
    for saved, sealed in present:
        if saved.nickname.lower() == nickname.lower() and saved.type in wanted:
            return saved, sealed
    raise EncodingError(
        "InvalidUsernameOrPasswordError",
        f"The saved credentials {nickname!r} that the job names do not exist any more, or are of another type now.",
    )


def _open(account_id: int, saved: SavedCredentials, sealed: bytes) -> Secret:
    now = time.monotonic()
    with _lock:
        opened, secret = _opened.get(sealed, (0.0, ""))
    if not secret or now - opened > _SECONDS_KEPT:
        secret = keys.unseal(sealed, sealing_context(account_id, saved.nickname))
        with _lock:
            if len(_opened) >= _MOST_KEPT:
                _opened.clear()
            _opened[sealed] = (now, secret)
    return Secret(saved.user, secret)
