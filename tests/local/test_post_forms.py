"""Uploads by a form with a signed policy, as S3 takes them and as it refuses them."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import boto3
import pytest
from botocore.config import Config

from stepcoder_local.cloud import Cloud
from stepcoder_local.service import ACCESS_KEY

BUCKET = "forms"
KEY = "uploads/a b/film.mp4"


@pytest.fixture
def bucket(cloud: Cloud) -> Iterator[Any]:
    admin = cloud.client("s3")
    admin.create_bucket(Bucket=BUCKET)
    yield admin
    for item in admin.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        admin.delete_object(Bucket=BUCKET, Key=item["Key"])
    admin.delete_bucket(Bucket=BUCKET)


def signed(cloud: Cloud, seconds: int = 60, secret: str | None = None, most: int = 5_000_000) -> dict[str, Any]:
    client = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=secret or cloud.credentials.secret_key,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    conditions = [["content-length-range", 2, most]]
    posted: dict[str, Any] = client.generate_presigned_post(BUCKET, KEY, Conditions=conditions, ExpiresIn=seconds)
    return posted


def post(url: str, fields: Mapping[str, str], content: bytes, **headers: str) -> tuple[int, bytes]:
    boundary = uuid.uuid4().hex
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    head = f'{parts}--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f.mp4"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
    typed = {"Content-Type": f"multipart/form-data; boundary={boundary}", **headers}
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, typed), timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_the_file_lies_at_the_form_s_key_byte_for_byte(cloud: Cloud, bucket: Any) -> None:
    content = os.urandom(3_000_000) + b"\r\n--" + os.urandom(100)
    form = signed(cloud)
    assert post(form["url"], form["fields"], content, Origin="https://app.example.net") == (204, b"")
    assert bucket.get_object(Bucket=BUCKET, Key=KEY)["Body"].read() == content


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"key": "uploads/other.mp4"}, b"Policy Condition failed"),
        ({"x-amz-signature": "0" * 64}, b"SignatureDoesNotMatch"),
        ({"acl": "public-read"}, b"Extra input fields"),
        ({"policy": "e30="}, b"SignatureDoesNotMatch"),
        ({"x-amz-credential": "AKIANOBODY/20310405/us-east-1/s3/aws4_request"}, b"InvalidAccessKeyId"),
        ({"policy": ""}, b"SignatureDoesNotMatch"),
    ],
)
def test_a_form_that_was_changed_is_refused(cloud: Cloud, bucket: Any, change: dict[str, str], code: bytes) -> None:
    form = signed(cloud)
    status, body = post(form["url"], {**form["fields"], **change}, b"hello")
    assert status == 403 and code in body
    assert "Contents" not in bucket.list_objects_v2(Bucket=BUCKET)


def test_a_form_of_a_wrong_secret_or_past_its_time_is_refused(cloud: Cloud, bucket: Any) -> None:
    for form in (signed(cloud, secret="another"), signed(cloud, seconds=-5)):
        assert post(form["url"], form["fields"], b"hello")[0] == 403
    assert post(f"{cloud.endpoint}/{BUCKET}", {"key": KEY}, b"hello")[0] == 403
    assert "Contents" not in bucket.list_objects_v2(Bucket=BUCKET)


@pytest.mark.parametrize(("size", "code"), [(1, b"EntityTooSmall"), (20, b"EntityTooLarge")])
def test_the_policy_bounds_the_file(cloud: Cloud, bucket: Any, size: int, code: bytes) -> None:
    form = signed(cloud, most=10)
    status, body = post(form["url"], form["fields"], b"x" * size)
    assert status >= 400 and code in body
    assert "Contents" not in bucket.list_objects_v2(Bucket=BUCKET)


def test_a_page_of_another_site_can_post_nothing_else(cloud: Cloud) -> None:
    """moto itself checks nothing."""
    status, _ = post(f"{cloud.endpoint}/2015-03-31/functions/x/invocations", {}, b"{}", Origin="https://evil.example")
    assert status == 403
