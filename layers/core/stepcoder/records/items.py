"""How each record lies in the table: paths, attribute names, what is packed. Pure; no calls.

Jobs alone carry both `account_id` and `job_id`, the keys of the index `account-jobs`; inputs and outputs name theirs
`of_account` and `of_job`, or they would be listed as jobs.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import MISSING, Field, asdict, fields
from typing import Any, TypeVar

from stepcoder.records.model import Account, Input, Job, Output

Record = TypeVar("Record", Job, Input, Output, Account)

_COLLECTIONS: dict[type, str] = {Job: "jobs", Input: "inputs", Output: "outputs", Account: "accounts"}
_STORED_NAMES: dict[type, dict[str, str]] = {
    Job: {"id": "job_id"},
    Input: {"job_id": "of_job", "account_id": "of_account"},
    Output: {"job_id": "of_job", "account_id": "of_account"},
    Account: {},
}
# Thousands of thumbnails must fit DynamoDB's 400 KB; their URLs differ in a few digits and pack twenty to one.
_PACKED = frozenset({"thumbnails", "wire"})
_TUPLES = frozenset({"output_ids"})
_NOT_STORED = frozenset({"key_kind", "key_digest"})


def path_of(cls: type, record_id: int) -> str:
    """Where a record lies, e.g. `outputs/3001`."""
    return f"{_COLLECTIONS[cls]}/{record_id}"


def request_path(job_id: int) -> str:
    return f"jobs/{job_id}/request"


def task_path(job_id: int, attempt: int, task_id: str) -> str:
    """The ledger of one task's counted work."""
    return f"jobs/{job_id}/tasks/{attempt}/{task_id}"


def announcement_path(job_id: int, event: str) -> str:
    """The ledger of one event's notifications."""
    return f"jobs/{job_id}/notified/{event}"


def delivery_path(job_id: int, event_id: str) -> str:
    """The log of one message's delivery."""
    return f"jobs/{job_id}/deliveries/{event_id}"


def to_item(record: Job | Input | Output | Account) -> dict[str, Any]:
    """The attributes of a new item (its path is not among them). Defaults are not stored, except the state."""
    values = asdict(record)
    plain = {member.name for member in fields(record) if values[member.name] == _default(member)} - {"state"}
    set_, _ = to_changes(type(record), {name: value for name, value in values.items() if name not in plain})
    return set_


def _default(member: Field[Any]) -> Any:
    return member.default if member.default_factory is MISSING else member.default_factory()


def to_changes(cls: type, changes: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Attributes to set and attributes to remove for changed fields. Raises TypeError for a field the record hasn't."""
    known = {member.name for member in fields(cls)}
    if unknown := changes.keys() - known:
        raise TypeError(f"{cls.__name__} has no field {', '.join(sorted(unknown))}.")
    set_: dict[str, Any] = {}
    remove: list[str] = []
    for name, value in changes.items():
        stored = _STORED_NAMES[cls].get(name, name)
        if name in _NOT_STORED:
            continue
        if value is None or (name in _PACKED and not value):
            remove.append(stored)
        else:
            set_[stored] = pack(value) if name in _PACKED else value
    return set_, remove


def from_item(cls: type[Record], item: Mapping[str, Any]) -> Record:
    """The record an item holds. Attributes the record doesn't know (index keys, TTL) are passed over."""
    values: dict[str, Any] = {}
    for member in fields(cls):
        stored = _STORED_NAMES[cls].get(member.name, member.name)
        if stored not in item or member.name in _NOT_STORED:
            continue
        value = item[stored]
        if member.name in _PACKED:
            value = unpack(value)
        values[member.name] = tuple(value) if member.name in _TUPLES else value
    return cls(**values)


def pack(value: Any) -> bytes:
    """JSON, compressed."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode())


def unpack(data: bytes) -> Any:
    return json.loads(zlib.decompress(data))
