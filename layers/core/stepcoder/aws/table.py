"""The only place that speaks to DynamoDB. It knows items, keys and conditions; what they mean is records/.

Table: partition key `path` (S). Indexes: `account-jobs` (`account_id` N, `job_id` N; projects `state` and `deleted_at`)
and the sparse `unfinished` (`unfinished` S, `job_id` N), `told` (`told_account` N, `told_at` S) and `account-files`
(`files_account` N, `file_id` N), which project keys only.

TTL attribute `expires_at` (epoch seconds). DynamoDB deletes a day or two late: from that moment on an item counts as
absent here, when it is read by its path and when a new one is put there.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stepcoder import runtime
from stepcoder.aws.expressions import Condition, Placeholders, absent, at_most, condition_text, equals, update_text
from stepcoder.aws.faults import error_code, passing_faults
from stepcoder.aws.marshal import from_item, to_attribute, to_item
from stepcoder.errors import StepcoderError, TryAgain

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ACCOUNT_JOBS = "account-jobs"
UNFINISHED = "unfinished"
TOLD = "told"
ACCOUNT_FILES = "account-files"

_BATCH_READ = 100  # keys per BatchGetItem, AWS's limit
_ATTEMPTS = 12  # for contention between transactions and for unprocessed keys: about 5 seconds in all


class Conflict(StepcoderError):
    """A condition did not hold. `item` is what was there (None if nothing, or in transactions); internal to storage."""

    def __init__(self, item: dict[str, Any] | None = None, reasons: Sequence[str] = ()) -> None:
        super().__init__("The record is not in the expected state.")
        self.item = item
        self.reasons = tuple(reasons)  # transactions: per action "None", "ConditionalCheckFailed", …


@dataclass(frozen=True, kw_only=True)
class Put:
    """Write a whole item; with `only_new`, fail with Conflict if the path is taken, unless `over` holds for what is
    there."""

    path: str
    item: Mapping[str, Any]
    only_new: bool = True
    over: Condition | None = None


@dataclass(frozen=True, kw_only=True)
class Update:
    """Change attributes of one item (made if missing, unless `when` says otherwise)."""

    path: str
    set_: Mapping[str, Any] = field(default_factory=dict)
    set_once: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, int] = field(default_factory=dict)
    remove: Sequence[str] = ()
    when: Condition | None = None


class Table:
    """One DynamoDB table. Raises TryAgain for throttling, 5xx, broken connections; Conflict for failed conditions."""

    def __init__(self, name: str, client: DynamoDBClient | None = None) -> None:
        self.name = name
        self._given = client

    @property
    def _client(self) -> Any:
        return self._given or runtime.client("dynamodb")

    def get(self, path: str) -> dict[str, Any] | None:
        """The item at a path, strongly consistent; None if there is none."""
        with passing_faults("a read"):
            answer = self._client.get_item(TableName=self.name, Key=_key(path), ConsistentRead=True)
        item = from_item(answer["Item"]) if "Item" in answer else {}
        return item if item and not _is_over(item) else None

    def get_many(self, paths: Iterable[str]) -> dict[str, dict[str, Any]]:
        """The items that exist among `paths`, by path, strongly consistent. Any number of paths."""
        wanted = list(dict.fromkeys(paths))
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(wanted), _BATCH_READ):
            for item in self._batch([_key(path) for path in wanted[start : start + _BATCH_READ]]):
                if not _is_over(item):
                    found[item["path"]] = item
        return found

    def _batch(self, keys: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        for attempt in range(_ATTEMPTS):
            request = {self.name: {"Keys": keys, "ConsistentRead": True}}
            with passing_faults("a read"):
                answer = self._client.batch_get_item(RequestItems=request)
            yield from (from_item(item) for item in answer["Responses"].get(self.name, []))
            keys = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            if not keys:
                return
            _pause(attempt)
        raise TryAgain("The table is too busy to answer just now.")

    def put_new(self, path: str, item: Mapping[str, Any]) -> None:
        """Write an item where none is. Raises Conflict (with the present item) if the path is taken."""
        self._write(self._client.put_item, self._put(Put(path=path, item=item)))

    def put(self, path: str, item: Mapping[str, Any]) -> None:
        """Write an item over whatever is there."""
        self._write(self._client.put_item, self._put(Put(path=path, item=item, only_new=False)))

    def update(self, update: Update) -> dict[str, Any]:
        """Apply one update and return the whole item as it then is. Raises Conflict if `when` does not hold."""
        answer = self._write(self._client.update_item, {**self._update(update), "ReturnValues": "ALL_NEW"})
        return from_item(answer.get("Attributes", {}))

    def transact(self, actions: Sequence[Put | Update]) -> None:
        """Apply all actions (at most 100) or none. Raises Conflict with one reason per action.

        Transactions that merely collided with each other are repeated here; after that they are TryAgain.
        """
        items = [
            {"Put": self._put(action)} if isinstance(action, Put) else {"Update": self._update(action)}
            for action in actions
        ]
        for attempt in range(_ATTEMPTS):
            reasons = self._transact_once(items)
            if not reasons:
                return
            if "ConditionalCheckFailed" in reasons:
                raise Conflict(reasons=reasons)
            _pause(attempt)
        raise TryAgain("The table is too busy to apply the change just now.")

    def _transact_once(self, items: list[dict[str, Any]]) -> list[str]:
        try:
            with passing_faults("a transaction"):
                self._client.transact_write_items(TransactItems=items)
        except Exception as error:
            if error_code(error) != "TransactionCanceledException":
                raise
            response: dict[str, Any] = getattr(error, "response", {})
            reasons = [str(reason.get("Code", "None")) for reason in response.get("CancellationReasons", [])]
            if "ValidationError" in reasons or "ItemCollectionSizeLimitExceeded" in reasons:
                raise
            return reasons or ["TransactionConflict"]
        return []

    def query(
        self,
        index: str,
        hash_name: str,
        hash_value: str | int,
        *,
        newest_first: bool = True,
        within: Condition | None = None,
        where: Condition | None = None,
    ) -> Iterator[dict[str, Any]]:
        """Entries of an index in key order, as projected, eventually consistent; read page by page as consumed.

        `within` bounds the index's sort key, so that nothing else is read; `where` drops what was read.
        """
        keys = [equals(hash_name, hash_value), *([within] if within is not None else [])]
        for answer in self._pages(index, keys, where, ScanIndexForward=not newest_first):
            yield from (from_item(item) for item in answer["Items"])

    def count(self, index: str, hash_name: str, hash_value: str | int, where: Condition | None = None) -> int:
        """How many entries an index has under a key; reads all of them, but sends none."""
        pages = self._pages(index, [equals(hash_name, hash_value)], where, Select="COUNT")
        return sum(int(answer["Count"]) for answer in pages)

    def _pages(self, index: str, keys: Sequence[Condition], where: Condition | None, **how: Any) -> Iterator[Any]:
        placeholders = Placeholders()
        text = " AND ".join(condition_text(key, placeholders) for key in keys)
        request: dict[str, Any] = {"TableName": self.name, "IndexName": index, "KeyConditionExpression": text, **how}
        if where is not None:
            request["FilterExpression"] = condition_text(where, placeholders)
        request.update(placeholders.as_arguments())
        while True:
            with passing_faults("a listing"):
                answer = self._client.query(**request)
            yield answer
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def _write(self, call: Any, request: dict[str, Any]) -> dict[str, Any]:
        if "ConditionExpression" in request:
            request = {**request, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        for attempt in range(_ATTEMPTS):
            try:
                with passing_faults("a write"):
                    answer: dict[str, Any] = call(**request)
                    return answer
            except Exception as error:
                if error_code(error) == "ConditionalCheckFailedException":
                    present = getattr(error, "response", {}).get("Item")
                    raise Conflict(from_item(present) if present else None) from error
                # A transaction holds the item for a moment; botocore does not retry this one.
                if error_code(error) != "TransactionConflictException":
                    raise
            _pause(attempt)
        raise TryAgain("The table is too busy to apply the change just now.")

    def _put(self, put: Put) -> dict[str, Any]:
        request: dict[str, Any] = {"TableName": self.name, "Item": {**to_item(put.item), **_key(put.path)}}
        if put.only_new:
            placeholders = Placeholders()
            free = absent("path") | at_most("expires_at", _now())
            free = free | put.over if put.over else free
            request["ConditionExpression"] = condition_text(free, placeholders)
            request.update(placeholders.as_arguments())
        return request

    def _update(self, update: Update) -> dict[str, Any]:
        placeholders = Placeholders()
        request: dict[str, Any] = {"TableName": self.name, "Key": _key(update.path)}
        request["UpdateExpression"] = update_text(
            placeholders, set_=update.set_, set_once=update.set_once, add=update.add, remove=update.remove
        )
        if update.when is not None:
            request["ConditionExpression"] = condition_text(update.when, placeholders)
        request.update(placeholders.as_arguments())
        return request


def _is_over(item: Mapping[str, Any]) -> bool:
    return "expires_at" in item and item["expires_at"] <= _now()


def _now() -> int:
    return int(runtime.now().timestamp())


def _key(path: str) -> dict[str, Any]:
    return {"path": to_attribute(path)}


def _pause(attempt: int) -> None:
    """Wait before repeating: doubling from 20 ms to 800 ms, with full jitter so that rivals part ways."""
    time.sleep(random.uniform(0, min(0.8, 0.02 * 2**attempt)))  # noqa: S311 - spreading load, no secret
