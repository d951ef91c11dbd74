"""Small files that settings name beside the input: keys, captions, watermark pictures. The input itself: opening.py."""

from __future__ import annotations

import time

from stepcoder.errors import InputError
from stepcoder.sources import UNKNOWN_SIZE, RangedSource, failures
from stepcoder.steps.opening import open_file

_MOST_SECONDS = 120.0


def fetch_asset(url: str, account_id: int | None, credentials: str | None, most_bytes: int) -> bytes:
    """The whole file behind any URL that an input could have, read with the same guard and logins.

    `credentials` is the nickname of saved ones, or None. Raises InputError with a sentence naming the URL without its
    login: what the source raises, DownloadFailureError for more than `most_bytes`, DownloadTimeoutError after two
    minutes; and TryAgain.
    """
    source = open_file(url, account_id, credentials)
    if source.size > most_bytes:
        raise _too_large(source, most_bytes)
    body, ends = bytearray(), time.monotonic() + _MOST_SECONDS
    for piece in source.stream():
        body += piece
        if len(body) > most_bytes:
            raise _too_large(source, most_bytes)
        if time.monotonic() > ends:
            raise InputError(
                "DownloadTimeoutError", f"The server of {source.url} needed more than two minutes for a small file."
            )
    if source.size not in (UNKNOWN_SIZE, len(body)):
        raise failures.truncated(source.url, source.size, len(body))
    return bytes(body)


def _too_large(source: RangedSource, most_bytes: int) -> InputError:
    return InputError("DownloadFailureError", f"{source.url} is too large: it may have at most {most_bytes} bytes.")
