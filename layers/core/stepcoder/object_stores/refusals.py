"""What an object store says no with. The network's own failures are net's, what a no means to a customer failures'."""

from __future__ import annotations

from stepcoder.errors import StepcoderError

# Busy, broken for a while, or a copy of the file that arrived damaged. Swift adds 498 (slow down) and 499 (what we sent
# broke off).
_PASSING = frozenset({408, 422, 425, 429, 498, 499, 500, 502, 503, 504})


class Refused(StepcoderError):
    """An answer other than success: its HTTP status, and the store's own name for the error where it has one."""

    def __init__(self, status: int, code: str = "") -> None:
        super().__init__(f"The store answered HTTP {status}{f' ({code})' if code else ''}.")
        self.status = status
        self.code = code or str(status)

    @property
    def passing(self) -> bool:
        """Whether the same may be answered otherwise a little later."""
        return self.status in _PASSING
