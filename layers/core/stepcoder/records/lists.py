"""Short lists that lie whole in one item and change all at once. What the entries mean is keys.py and others beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from stepcoder.aws.expressions import absent, equals
from stepcoder.aws.table import Conflict, Put, Table, Update
from stepcoder.errors import TryAgain

Entries = list[dict[str, Any]]

_RACES = 10  # several writers may want the list at once; one of them gets through each time


def read_list(table: Table, path: str) -> Entries:
    """The entries, none if there is no such list."""
    item = table.get(path)
    return list(item["entries"]) if item else []


def change_list(
    table: Table, path: str, change: Callable[[Entries], Entries], also: Sequence[Put | Update] = ()
) -> Entries:
    """Replace the list by what `change` makes of it, in one transaction with `also`; returns the new entries.

    `change` is called again when another writer was faster; what it raises leaves everything as it was. Raises
    TryAgain when there is no getting through, or a condition of `also` does not hold.
    """
    for _ in range(_RACES):
        item = table.get(path)
        version = int(item["version"]) if item else 0
        entries = change(list(item["entries"]) if item else [])
        unchanged = equals("version", version) if item else absent("path")
        put = Update(path=path, set_={"entries": entries, "version": version + 1}, when=unchanged)
        try:
            table.transact([put, *also])
        except Conflict:
            continue
        return entries
    raise TryAgain("The list is being changed by others just now.")


def first_list(path: str, entries: Entries) -> Put:
    """The action that makes a list, for a transaction."""
    return Put(path=path, item={"entries": entries, "version": 1})
