"""Counters of what was encoded, by account, day and grouping, and by month. What counts how much is billing.py.

Items: `usage/<account>/<day>/<shard>/<page>` has two numbers for each grouping, `e` (encoded) and `b` (billable), in
billing's units: `e` and `b` alone for outputs without a grouping, `e:tv` and `b:tv` for the grouping tv.
`usage/<account>/<month>/<lane>` has the two for a whole month. They name no job and no file and don't expire: an
account's books outlive its jobs.

Outputs take turns on a few lanes, so that those that finish at once don't queue up for one item. A day has a fixed
number of shards, so that it can be read by key. An item holds 400 KB: groupings that come to a full page go to the
next, and stay on the page where they began.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any
from zlib import crc32

from stepcoder.aws.expressions import Condition, absent, equals
from stepcoder.aws.table import Conflict, Table, Update
from stepcoder.billing import Amount, UsageLine
from stepcoder.errors import TryAgain
from stepcoder.records.items import from_item, path_of
from stepcoder.records.model import Output

SHARDS = 8
LANES = 4
FULL_PAGE = 300_000  # bytes, estimated
_BYTES_BESIDE_NAMES = 60  # of one grouping: two prefixes, two numbers
_RACES = 20


class UsageStore:
    """The part of Records that keeps the books."""

    table: Table

    def uncounted_outputs(self, output_ids: Iterable[int]) -> list[Output]:
        """Those of the outputs that are finished and were not counted yet."""
        items = self.table.get_many(path_of(Output, output_id) for output_id in output_ids)
        waiting = (item for item in items.values() if item.get("state") == "finished" and not item.get("counted"))
        return [from_item(Output, item) for item in waiting]

    def count_usage(self, output: Output, grouping: str | None, amount: Amount) -> bool:
        """Count a finished output, once: the mark on it and the counters change together or not at all.

        False: it had been counted. Raises TryAgain when the counters are too busy just now.
        """
        day = str(output.finished_at)[:10]
        mark = Update(
            path=path_of(Output, output.id),
            set_={"counted": True},
            when=equals("state", "finished") & absent("counted"),
        )
        lane = output.id % LANES
        month = Update(path=_month_path(output.account_id, day[:7], lane), add=_amounts(None, amount))
        for _ in range(_RACES):
            page = self._page(output.account_id, day, _shard(grouping, lane), grouping, amount)
            try:
                self.table.transact([mark, page, month])
            except Conflict as conflict:
                if conflict.reasons[0] != "None":
                    return False
                continue  # another grouping came to the page first: look again
            return True
        raise TryAgain(f"The usage of account {output.account_id} could not be counted just now.")

    def _page(self, account_id: int, day: str, shard: int, grouping: str | None, amount: Amount) -> Update:
        """The update of the page that has the grouping or can take it."""
        for number in count():
            path = _page_path(account_id, day, shard, number)
            item = self.table.get(path) or {}
            amounts = _amounts(grouping, amount)
            if item.keys() >= amounts.keys():
                return Update(path=path, add=amounts)
            size = int(item.get("size", 0))
            if size < FULL_PAGE:
                unmoved: Condition = equals("size", size) if size else absent("size")
                return Update(path=path, add={**amounts, "size": _bytes(grouping)}, when=unmoved)
        raise AssertionError  # count() has no end

    def usage(self, account_id: int, days: Sequence[str], grouping: str | None = None) -> list[UsageLine]:
        """What was counted on these days, one line for each day and grouping, in no order; only one grouping if given.

        Reads `SHARDS` items for a day (`LANES` of them for one grouping), a hundred in one call.
        """
        shards = range(SHARDS) if grouping is None else [_shard(grouping, lane) for lane in range(LANES)]
        waiting = [(day, shard, 0) for day in days for shard in shards]
        found: dict[tuple[str, str | None], Amount] = {}
        while waiting:
            paths = {_page_path(account_id, *place): place for place in waiting}
            items = self.table.get_many(paths)
            for path, item in items.items():
                _sum_up(found, paths[path][0], item)
            full = [paths[path] for path, item in items.items() if item.get("size", 0) >= FULL_PAGE]
            waiting = [(day, shard, number + 1) for day, shard, number in full]
        lines = (UsageLine(day, name, amount) for (day, name), amount in found.items())
        return [line for line in lines if grouping is None or line.grouping == grouping]

    def usage_of_month(self, account_id: int, month: str) -> Amount:
        """Everything an account used in a month (YYYY-MM)."""
        items = self.table.get_many(_month_path(account_id, month, lane) for lane in range(LANES))
        return sum((Amount(int(item["e"]), int(item["b"])) for item in items.values()), Amount())


def _month_path(account_id: int, month: str, lane: int) -> str:
    return f"usage/{account_id}/{month}/{lane}"


def _page_path(account_id: int, day: str, shard: int, number: int) -> str:
    return f"usage/{account_id}/{day}/{shard}/{number}"


def _shard(grouping: str | None, lane: int) -> int:
    """A grouping's shards follow each other, one for each lane."""
    return (crc32((grouping or "").encode()) + lane) % SHARDS


def _amounts(grouping: str | None, amount: Amount) -> dict[str, int]:
    name = "" if grouping is None else f":{grouping}"
    return {f"e{name}": amount.encoded, f"b{name}": amount.billable}


def _bytes(grouping: str | None) -> int:
    return 2 * len((grouping or "").encode()) + _BYTES_BESIDE_NAMES


def _sum_up(found: dict[tuple[str, str | None], Amount], day: str, item: dict[str, Any]) -> None:
    for name, value in item.items():
        if name == "e" or name.startswith("e:"):
            grouping = name[2:] if name != "e" else None
            amount = Amount(int(value), int(item["b" + name[1:]]))
            found[day, grouping] = found.get((day, grouping), Amount()) + amount
