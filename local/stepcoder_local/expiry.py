"""What S3's lifecycle rules and DynamoDB's TTL do in AWS and moto does not: delete what is past its time.

Of lifecycle rules the template uses `Prefix` with `ExpirationInDays`; others are passed over. S3 waits for midnight on
top; here an object goes after so many times 24 hours.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from .declared import Resource, Template

log = logging.getLogger(__name__)

SWEEP_SECONDS = 3600.0
_BATCH = 1000  # keys per DeleteObjects, AWS's limit


@dataclass(frozen=True)
class LifecycleRule:
    """Objects of a bucket below `prefix` are gone when they are older than `age`."""

    bucket: str
    prefix: str
    age: timedelta


@dataclass(frozen=True)
class TimeToLive:
    """Items of a table are gone when `attribute`, epoch seconds, is past. `key` are the names of its key attributes."""

    table: str
    attribute: str
    key: tuple[str, ...]


class Expiry:
    """Looks at once and then every hour. `objects` and `items` are clients of S3 and DynamoDB."""

    def __init__(self, template: Template, objects: Any, items: Any) -> None:
        self.rules = [rule for bucket in template.buckets.values() for rule in lifecycle_rules(bucket)]
        self.tables = [found for table in template.tables.values() if (found := time_to_live(table))]
        self.objects, self.items = objects, items
        self._stop = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="expiry", daemon=True).start()

    def stop(self) -> None:
        self._stop.set()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.sweep(datetime.now(UTC))
            except Exception:
                log.exception("deleting what is past its time")
            self._stop.wait(SWEEP_SECONDS)

    def sweep(self, now: datetime) -> None:
        """Delete everything that is past its time at `now`."""
        for rule in self.rules:
            self._delete_objects(rule, now - rule.age)
        for table in self.tables:
            self._delete_items(table, int(now.timestamp()))

    def _delete_objects(self, rule: LifecycleRule, before: datetime) -> None:
        old = self._older(rule, before)
        while batch := list(islice(old, _BATCH)):
            self.objects.delete_objects(Bucket=rule.bucket, Delete={"Objects": batch, "Quiet": True})
            log.info("%d objects below %s/%s were past their time", len(batch), rule.bucket, rule.prefix)

    def _older(self, rule: LifecycleRule, before: datetime) -> Iterator[dict[str, str]]:
        pages = self.objects.get_paginator("list_objects_v2").paginate(Bucket=rule.bucket, Prefix=rule.prefix)
        for page in pages:
            yield from ({"Key": each["Key"]} for each in page.get("Contents", []) if each["LastModified"] <= before)

    def _delete_items(self, table: TimeToLive, now: int) -> None:
        names = {f"#key{number}": name for number, name in enumerate(table.key)}
        over = {
            "ExpressionAttributeValues": {":now": {"N": str(now)}},
            "TableName": table.table,
        }
        pages = self.items.get_paginator("scan").paginate(
            **over,
            FilterExpression="#expiry <= :now",
            ProjectionExpression=", ".join(names),
            ExpressionAttributeNames={**names, "#expiry": table.attribute},
        )
        for item in [item for page in pages for item in page["Items"]]:
            self._delete_item(item, table, over)

    def _delete_item(self, key: Mapping[str, Any], table: TimeToLive, over: Mapping[str, Any]) -> None:
        try:
            self.items.delete_item(
                **over,
                Key=key,
                ConditionExpression="#expiry <= :now",
                ExpressionAttributeNames={"#expiry": table.attribute},
            )
        except self.items.exceptions.ConditionalCheckFailedException:
            log.info("an item was given more time while it was about to be deleted")


def lifecycle_rules(bucket: Resource) -> list[LifecycleRule]:
    """The rules of a bucket that delete objects by age."""
    rules = bucket.properties.get("LifecycleConfiguration", {}).get("Rules", [])
    return [
        LifecycleRule(bucket.name, rule.get("Prefix", ""), timedelta(days=int(rule["ExpirationInDays"])))
        for rule in rules
        if rule["Status"] == "Enabled" and "ExpirationInDays" in rule
    ]


def time_to_live(table: Resource) -> TimeToLive | None:
    """How items of a table expire; None if they don't."""
    specification = table.properties.get("TimeToLiveSpecification", {})
    if not specification or str(specification.get("Enabled")).lower() != "true":
        return None
    key = tuple(part["AttributeName"] for part in table.properties["KeySchema"])
    return TimeToLive(table.name, specification["AttributeName"], key)
