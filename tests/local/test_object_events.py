"""What embedded mode tells of objects that were made, and to whom."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from stepcoder_local.cloud import Cloud
from stepcoder_local.declared import EventRule, Resource
from stepcoder_local.object_events import MadeObject, ObjectRules
from stepcoder_local.service import Options
from stepcoder_local.template import load

FIVE_MIB = 5 << 20
KEY = "accounts/1/take 7 + 100% é\u0301?.mp4"


@pytest.fixture
def made(cloud: Cloud) -> list[MadeObject]:
    found: list[MadeObject] = []
    cloud.on_object_made = found.append
    return found


@pytest.fixture(scope="module")
def s3(cloud: Cloud) -> Any:
    client = cloud.client("s3")
    client.create_bucket(Bucket="uploads")
    return client


def test_a_put_is_told_of_when_everything_about_it_can_be_read(cloud: Cloud, s3: Any) -> None:
    seen = []
    cloud.on_object_made = lambda made: seen.append(
        (made, s3.head_object(Bucket=made.bucket, Key=made.key)["Metadata"])
    )
    answer = s3.put_object(Bucket="uploads", Key=KEY, Body=b"film", Metadata={"stepcoder-test": "true"})
    assert seen == [(MadeObject("uploads", KEY, 4, answer["ETag"].strip('"'), "PutObject"), {"stepcoder-test": "true"})]


def test_the_end_of_a_multipart_upload_is_told_of_once_and_not_its_parts(made: list[MadeObject], s3: Any) -> None:
    upload = s3.create_multipart_upload(Bucket="uploads", Key=KEY)["UploadId"]
    parts = []
    for number, body in ((1, b"a" * FIVE_MIB), (2, b"b")):
        part = s3.upload_part(Bucket="uploads", Key=KEY, UploadId=upload, PartNumber=number, Body=body)
        parts.append({"PartNumber": number, "ETag": part["ETag"]})
    assert made == []
    done = s3.complete_multipart_upload(Bucket="uploads", Key=KEY, UploadId=upload, MultipartUpload={"Parts": parts})
    assert made == [MadeObject("uploads", KEY, FIVE_MIB + 1, done["ETag"].strip('"'), "CompleteMultipartUpload")]


def test_a_copy_is_told_of(made: list[MadeObject], s3: Any) -> None:
    s3.put_object(Bucket="uploads", Key="a", Body=b"film")
    s3.copy_object(Bucket="uploads", Key="b", CopySource={"Bucket": "uploads", "Key": "a"})
    assert [(each.key, each.reason) for each in made] == [("a", "PutObject"), ("b", "CopyObject")]


def test_a_presigned_put_is_told_of(made: list[MadeObject], s3: Any) -> None:
    url = s3.generate_presigned_url("put_object", Params={"Bucket": "uploads", "Key": "d e"})
    assert requests.put(url, data=b"film", timeout=10).status_code == 200
    assert [each.key for each in made] == ["d e"]


def test_what_makes_no_object_is_not_told_of(made: list[MadeObject], s3: Any) -> None:
    s3.put_object(Bucket="uploads", Key="a", Body=b"film")
    made.clear()
    s3.put_object_tagging(Bucket="uploads", Key="a", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
    s3.get_object(Bucket="uploads", Key="a")["Body"].read()
    s3.delete_object(Bucket="uploads", Key="a")
    with pytest.raises(s3.exceptions.ClientError):
        s3.put_object(Bucket="nowhere", Key="a", Body=b"film")
    assert made == []


# --- rules ---


class Pool:
    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def invoke_later(self, name: str, event: bytes) -> None:
        self.calls.append((name, json.loads(event)))


def test_a_rule_is_told_as_eventbridge_tells_it() -> None:
    bridged = {"NotificationConfiguration": {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}}
    buckets = [Resource("uploads", "arn:aws:s3:::uploads", bridged), Resource("out", "arn:aws:s3:::out", {})]
    pattern = {"source": ["aws.s3"], "detail": {"object": {"key": [{"prefix": "accounts/"}]}}}
    pool = Pool()
    rules = ObjectRules(buckets, [EventRule(pattern, "upload")], pool)  # type: ignore[arg-type]
    for bucket, key in (("uploads", KEY), ("uploads", "in/a.mp4"), ("out", KEY), ("uploads", KEY)):
        rules.object_made(MadeObject(bucket, key, 4, "e1", "PutObject"))

    assert [name for name, _ in pool.calls] == ["upload", "upload"]
    event = pool.calls[0][1]
    assert (event["source"], event["detail-type"], event["resources"]) == (
        "aws.s3",
        "Object Created",
        ["arn:aws:s3:::uploads"],
    )
    detail = event["detail"]
    assert (detail["bucket"], detail["reason"]) == ({"name": "uploads"}, "PutObject")
    assert {name: detail["object"][name] for name in ("key", "size", "etag")} == {"key": KEY, "size": 4, "etag": "e1"}
    first, second = (call["detail"]["object"]["sequencer"] for _, call in pool.calls)
    assert first < second


def test_the_deployed_template_has_such_a_rule() -> None:
    declared = load(Options.template, "http://127.0.0.1:1")
    pool = Pool()
    rules = ObjectRules(declared.buckets.values(), declared.rules, pool)  # type: ignore[arg-type]
    upload, output = (declared.buckets[name].name for name in ("UploadBucket", "OutputBucket"))
    for bucket, key in ((upload, "accounts/1/a.mp4"), (upload, "in/a.mp4"), (output, "accounts/1/a.mp4")):
        rules.object_made(MadeObject(bucket, key, 4, "e1", "PutObject"))
    assert [name for name, _ in pool.calls] == [declared.functions["UploadFunction"].name]
