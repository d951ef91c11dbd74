"""What one try at telling a target can come to. Data only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Outcome:
    """delivered: taken. gone: the target wants no more. refused: it can't be sent there, ever. failed: try again.

    `status` is an HTTP target's answer. `reason` is a sentence without secrets, for all but delivered. `retry_after`:
    the seconds a target asked us to wait, 0 if it didn't.
    """

    result: Literal["delivered", "gone", "refused", "failed"]
    status: int | None = None
    reason: str | None = None
    retry_after: int = 0
