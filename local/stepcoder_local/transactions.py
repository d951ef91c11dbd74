"""Makes moto's DynamoDB as safe under threads as the real one, and its transactions cheap.

moto checks a condition, changes the item and describes it in steps that other threads can come between. And it copies
the whole table before each action of a transaction, to put that back if the transaction fails: whatever others wrote
meanwhile is lost, and the more is stored, the longer it takes.
"""

from __future__ import annotations

import copy
import io
import threading
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

from .http_server import Environ, StartResponse, WsgiApp

_TARGET = "DynamoDB_20120810."


class OneAtATime:
    """WSGI middleware before moto: requests to DynamoDB wait for each other, all others pass."""

    def __init__(self, app: WsgiApp) -> None:
        self.app = app
        self._lock = threading.Lock()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not environ.get("HTTP_X_AMZ_TARGET", "").startswith(_TARGET):
            return self.app(environ, start_response)
        # Read beforehand: a client that stops half-way must not hold up the others.
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read())
        with self._lock:
            return self.app(environ, start_response)


class _Place(NamedTuple):
    """An item as it was before a transaction; `item` is None where there was none."""

    table: Table
    keys: tuple[Any, Any]
    item: Any


# Any: moto's classes are not meant to be changed.
_backend: Any = DynamoDBBackend
_table: Any = Table
_moto_transact = _backend.transact_write_items


def install() -> None:
    """From now on transactions of this process remember the items they touch, and nothing else."""
    _backend.transact_write_items = _transact
    # What moto keeps as its copy, and "puts back", is the table itself.
    _table.__deepcopy__ = lambda table, memo: table


def uninstall() -> None:
    """Give moto its own transactions back."""
    _backend.transact_write_items = _moto_transact
    if "__deepcopy__" in vars(Table):
        del _table.__deepcopy__


def _transact(backend: DynamoDBBackend, transact_items: list[dict[str, Any]]) -> None:
    before = [place for action in transact_items if (place := _place(backend, action))]
    try:
        _moto_transact(backend, transact_items)
    except BaseException:
        for place in before:
            _put_back(place)
        raise


def _place(backend: DynamoDBBackend, action: Mapping[str, Any]) -> _Place | None:
    """None for what moto is about to refuse anyway."""
    given: Mapping[str, Any] = next(iter(action.values()), {})
    table = backend.tables.get(given.get("TableName", ""))
    attributes = given.get("Item") or given.get("Key") or {}
    names = [name for name in (table.hash_key_attr, table.range_key_attr) if name] if table else []
    if table is None or not all(name in attributes for name in names):
        return None
    keys = backend.get_keys_value(table, {name: attributes[name] for name in names})
    return _Place(table, keys, copy.deepcopy(table.get_item(*keys)))


def _put_back(place: _Place) -> None:
    hash_key, range_key = place.keys
    if place.item is None:
        place.table.delete_item(hash_key, range_key)
    elif range_key is None:
        place.table.items[hash_key] = place.item
    else:
        place.table.items[hash_key][range_key] = place.item
