"""How often an account called lately: one small item for each account and group of calls. Limits are decided elsewhere.

An item is a window: when it began and how many calls it has counted. The first call after a window is over begins the
next. Items are named by account, so no two accounts ever write to the same one, and TTL clears what nobody calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from stepcoder import runtime
from stepcoder.aws.expressions import absent, at_most, less_than, more_than
from stepcoder.aws.table import Conflict, Table, Update
from stepcoder.errors import TryAgain

WINDOW_SECONDS = 60
_KEPT_SECONDS = 10 * WINDOW_SECONDS
_RACES = 10  # several calls may find the same window over; one of them begins the next


@dataclass(frozen=True)
class Window:
    """`calls` counted since `started_at` (epoch seconds). `counted`: the call in question is one of them."""

    calls: int
    started_at: float
    counted: bool

    @property
    def ends_at(self) -> float:
        """Epoch seconds."""
        return self.started_at + WINDOW_SECONDS


class RateStore:
    """The part of Records that counts calls."""

    table: Table

    def count_call(self, account_id: int, group: str, limit: int) -> Window:
        """Count one call of an account in a group, unless the window has `limit` calls already. `limit` is at least 1.

        One write, two for the first call of a window. Raises TryAgain when the table can't be written just now.
        """
        path = f"rates/{account_id}/{group}"
        now = runtime.now().timestamp()
        for _ in range(_RACES):
            present = self._add(path, now, limit)
            if present is None:
                present = self._begin(path, now)
            if present is not None:
                return present
        raise TryAgain("The count of calls is changing too fast to be read just now.")

    def _add(self, path: str, now: float, limit: int) -> Window | None:
        """The running window, with this call counted if there was room; None if no window is running."""
        running = more_than("started_at", now - WINDOW_SECONDS)
        update = Update(path=path, add={"calls": 1}, when=running & less_than("calls", limit))
        try:
            return _window(self.table.update(update), counted=True)
        except Conflict as conflict:
            present = conflict.item
        full = present is not None and present["started_at"] > now - WINDOW_SECONDS
        return _window(present, counted=False) if present is not None and full else None

    def _begin(self, path: str, now: float) -> Window | None:
        """A new window with this call as its first; None if another call has just begun one."""
        over = absent("path") | at_most("started_at", now - WINDOW_SECONDS)
        fresh = {"calls": 1, "started_at": now, "expires_at": int(now) + _KEPT_SECONDS}
        try:
            return _window(self.table.update(Update(path=path, set_=fresh, when=over)), counted=True)
        except Conflict:
            return None


def _window(item: dict[str, Any], *, counted: bool) -> Window:
    return Window(int(item["calls"]), float(item["started_at"]), counted)
