"""The small files that a job's outputs name: what of them is fetched, and in how much time. One file: assets.py.

What becomes of them: watermarks.py, captions.py.
"""

from __future__ import annotations

import time

from stepcoder.errors import InputError
from stepcoder.net import redact
from stepcoder.steps.assets import fetch_asset

# A third of the time limit of the function that plans: whatever is slow here must not cost the whole job.
_MOST_SECONDS = 300.0


class NamedFiles:
    """Fetches an account's files, until the time that all of them may take together is up."""

    def __init__(self, account_id: int, most_seconds: float = _MOST_SECONDS) -> None:
        self._account_id = account_id
        self._ends = time.monotonic() + most_seconds

    def fetch(self, url: str, most_bytes: int) -> bytes:
        """With the login in the URL or the account's default of its kind. Raises like fetch_asset."""
        if time.monotonic() > self._ends:
            sentence = f"{redact(url)} was not fetched: the files that this job's settings name took too long together."
            raise InputError("DownloadTimeoutError", sentence)
        return fetch_asset(url, self._account_id, None, most_bytes)
