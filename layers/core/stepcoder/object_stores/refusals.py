"""What an object store says no with, in the words that hold for every kind of server."""

from __future__ import annotations

from stepcoder.transfers.refusals import Refusal, Why

# Busy, broken for a while, or what we sent arrived damaged (422) or broke off (499); 498 is Swift's "slow down".
_PASSING = frozenset({408, 422, 425, 429, 498, 499, 500, 502, 503, 504})
_BY_STATUS = {
    401: Why.LOGIN,
    403: Why.DENIED,
    404: Why.MISSING,
    412: Why.CHANGED,
    413: Why.FULL,
    416: Why.CHANGED,
    507: Why.FULL,
}


class Refused(Refusal):
    """An answer other than success, with its HTTP status."""

    def __init__(self, why: Why, answer: str, status: int = 0) -> None:
        super().__init__(why, answer)
        self.status = status


def refused_with(status: int) -> Refused:
    """The refusal that an HTTP status alone tells of."""
    why = Why.BUSY if status in _PASSING else _BY_STATUS.get(status, Why.UNABLE)
    return Refused(why, f"HTTP {status}", status)
