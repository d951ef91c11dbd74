"""The service's own table, reached past its API: to age a record, or to show a state that passes too quickly to see."""

from __future__ import annotations

import itertools
from typing import Any

import boto3
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from stepcoder_local.ready import Ready

# Above 2^31, so that whatever is done with copies is done with ids that need 64 bits.
FIRST_COPY = 5_000_000_000


class Table:
    """Items by path, as plain values."""

    def __init__(self, ready: Ready) -> None:
        self._client = boto3.client(
            "dynamodb",
            endpoint_url=ready.s3_endpoint,
            region_name=ready.region,
            aws_access_key_id=ready.access_key_id,
            aws_secret_access_key=ready.secret_access_key,
        )
        self._name = ""
        self._ids = itertools.count(FIRST_COPY)

    @property
    def name(self) -> str:
        if not self._name:
            self._name = next(name for name in self._client.list_tables()["TableNames"] if "Jobs" in name)
        return self._name

    def item(self, path: str) -> dict[str, Any]:
        found = self._client.get_item(TableName=self.name, Key={"path": {"S": path}}, ConsistentRead=True)
        assert "Item" in found, f"there is no item {path}"
        return {name: TypeDeserializer().deserialize(value) for name, value in found["Item"].items()}

    def items(self, prefix: str) -> list[dict[str, Any]]:
        """All items whose path begins so."""
        pages = self._client.get_paginator("scan").paginate(
            TableName=self.name,
            FilterExpression="begins_with(#path, :prefix)",
            ExpressionAttributeNames={"#path": "path"},
            ExpressionAttributeValues={":prefix": {"S": prefix}},
        )
        read = TypeDeserializer().deserialize
        return [{name: read(value) for name, value in each.items()} for page in pages for each in page["Items"]]

    def write(self, item: dict[str, Any]) -> None:
        self._client.put_item(TableName=self.name, Item=_serialised(item))

    def change(self, path: str, **changes: Any) -> None:
        """Set attributes; None takes one away."""
        self.write({**self.item(path), **changes})

    def copy(
        self,
        job: int,
        input: int,
        outputs: list[int],
        *,
        times: int = 1,
        of_job: dict[str, Any] | None = None,
        of_input: dict[str, Any] | None = None,
        of_outputs: dict[str, Any] | None = None,
        account: int | None = None,
    ) -> list[dict[str, int]]:
        """A job with all that belongs to it, again and again under new ids: each {"job": …, "input": …, "output": …}.

        `output` is the first output's. `account`: the id of the one they belong to, if it is another.
        """
        owner = {} if account is None else {"account_id": account}
        owned = {} if account is None else {"of_account": account}
        job_item = {**self.item(f"jobs/{job}"), "unfinished": None, **owner, **(of_job or {})}
        input_item = {**self.item(f"inputs/{input}"), **owned, **(of_input or {})}
        output_items = [{**self.item(f"outputs/{each}"), **owned, **(of_outputs or {})} for each in outputs]
        request = self.item(f"jobs/{job}/request")
        made, items = [], []
        for _ in range(times):
            new_job, new_input, *new_outputs = (next(self._ids) for _ in range(2 + len(outputs)))
            ids = {"job_id": new_job, "input_id": new_input, "output_ids": new_outputs}
            items.append({**job_item, **ids, "path": f"jobs/{new_job}"})
            items.append({**input_item, "id": new_input, "of_job": new_job, "path": f"inputs/{new_input}"})
            for item, new in zip(output_items, new_outputs, strict=True):
                items.append({**item, "id": new, "of_job": new_job, "path": f"outputs/{new}"})
            items.append({**request, "path": f"jobs/{new_job}/request"})
            made.append({"job": new_job, "input": new_input, "output": new_outputs[0]})
        self._write_many(items)
        return made

    def _write_many(self, items: list[dict[str, Any]]) -> None:
        for start in range(0, len(items), 25):  # a batch holds no more
            puts = [{"PutRequest": {"Item": _serialised(item)}} for item in items[start : start + 25]]
            self._client.batch_write_item(RequestItems={self.name: puts})


def _serialised(item: dict[str, Any]) -> dict[str, Any]:
    return {name: TypeSerializer().serialize(value) for name, value in item.items() if value is not None}
