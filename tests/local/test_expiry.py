"""Lifecycle rules and TTL in embedded mode."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from stepcoder_local import object_files
from stepcoder_local.cloud import Cloud
from stepcoder_local.declared import Resource, Template
from stepcoder_local.expiry import Expiry, LifecycleRule, TimeToLive, lifecycle_rules, time_to_live
from stepcoder_local.template import load
from tests.local.embedded import ROOT

NOW = datetime.now(UTC)
RULES = [
    {"Id": "a-day", "Status": "Enabled", "Prefix": "o/", "ExpirationInDays": 1},
    {"Id": "not-now", "Status": "Disabled", "Prefix": "x/", "ExpirationInDays": 1},
    {"Id": "uploads", "Status": "Enabled", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1}},
]
TABLE = {
    "AttributeDefinitions": [{"AttributeName": "path", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "path", "KeyType": "HASH"}],
    "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
}


@pytest.fixture
def expiry(cloud: Cloud) -> Iterator[Expiry]:
    """A bucket with the rules above and a table with a time to live."""
    objects, items = cloud.client("s3"), cloud.client("dynamodb")
    objects.create_bucket(Bucket="old")
    keys = {name: TABLE[name] for name in ("AttributeDefinitions", "KeySchema")}
    items.create_table(TableName="old", BillingMode="PAY_PER_REQUEST", **keys)
    declared = Template(Path())
    declared.buckets["Old"] = Resource("old", "arn:aws:s3:::old", {"LifecycleConfiguration": {"Rules": RULES}})
    declared.tables["Old"] = Resource("old", "arn", TABLE)
    yield Expiry(declared, objects, items)
    for item in objects.list_objects_v2(Bucket="old").get("Contents", []):
        objects.delete_object(Bucket="old", Key=item["Key"])
    objects.delete_bucket(Bucket="old")
    items.delete_table(TableName="old")


def keys(expiry: Expiry) -> list[str]:
    return [each["Key"] for each in expiry.objects.list_objects_v2(Bucket="old").get("Contents", [])]


def paths(expiry: Expiry) -> list[str]:
    return sorted(item["path"]["S"] for item in expiry.items.scan(TableName="old")["Items"])


def put(expiry: Expiry, path: str, **attributes: Any) -> None:
    expiry.items.put_item(TableName="old", Item={"path": {"S": path}, **attributes})


def test_objects_go_when_their_rule_says_so_and_their_files_with_them(expiry: Expiry) -> None:
    for key in ("o/20310405/a.mp4", "o/b", "x/c", "other"):
        expiry.objects.put_object(Bucket="old", Key=key, Body=b"film")
    files = list(object_files.DiskKey.files.root.iterdir())
    expiry.sweep(datetime.now(UTC) + timedelta(hours=23))
    assert keys(expiry) == ["o/20310405/a.mp4", "o/b", "other", "x/c"]
    expiry.sweep(datetime.now(UTC) + timedelta(hours=25))
    assert keys(expiry) == ["other", "x/c"]
    assert len(list(object_files.DiskKey.files.root.iterdir())) == len(files) - 2


def test_more_objects_than_one_call_deletes(expiry: Expiry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("stepcoder_local.expiry._BATCH", 3)
    for number in range(7):
        expiry.objects.put_object(Bucket="old", Key=f"o/{number}", Body=b"")
    expiry.sweep(datetime.now(UTC) + timedelta(days=2))
    assert keys(expiry) == []


def test_items_go_at_their_time_and_others_stay(expiry: Expiry) -> None:
    for path, seconds in (("past", -1), ("now", 0), ("later", 1)):
        put(expiry, path, expires_at={"N": str(int(NOW.timestamp()) + seconds)})
    put(expiry, "for ever")
    expiry.sweep(NOW)
    assert paths(expiry) == ["for ever", "later"]


def test_an_item_that_was_given_more_time_stays(expiry: Expiry) -> None:
    put(expiry, "renewed", expires_at={"N": "1"})
    scan = expiry.items.get_paginator

    def renewing(name: str) -> Any:
        paginator = scan(name)
        if name == "scan":
            pages = paginator.paginate
            paginator.paginate = lambda **given: _then(pages(**given), renew)
        return paginator

    def renew() -> None:
        put(expiry, "renewed", expires_at={"N": "99999999999"})

    expiry.items.get_paginator = renewing
    expiry.sweep(NOW)
    assert paths(expiry) == ["renewed"]


def _then(pages: Any, act: Any) -> Iterator[Any]:
    yield from pages
    act()


def test_the_deployed_template_keeps_what_the_api_promises() -> None:
    """Temporary files a day, records by `expires_at` (zencoder-api 1.8)."""
    declared = load(ROOT / "template.yaml", "http://127.0.0.1:1")
    output = declared.buckets["OutputBucket"]
    assert lifecycle_rules(output) == [LifecycleRule(output.name, "o/", timedelta(days=1))]
    table = declared.tables["JobsTable"]
    assert time_to_live(table) == TimeToLive(table.name, "expires_at", ("path",))


def test_a_table_without_a_time_to_live_has_none() -> None:
    assert time_to_live(Resource("t", "arn", {**TABLE, "TimeToLiveSpecification": {"Enabled": False}})) is None
    assert time_to_live(Resource("t", "arn", {"KeySchema": TABLE["KeySchema"]})) is None
