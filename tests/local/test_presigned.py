from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from stepcoder_local import presigned
from stepcoder_local.cloud import Cloud
from stepcoder_local.service import ACCESS_KEY

BUCKET = "signed"


@pytest.fixture(params=["s3v4", "s3"], ids=["version 4", "version 2"])
def s3(request: pytest.FixtureRequest, cloud: Cloud) -> Iterator[Any]:
    client = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint,
        region_name="us-east-1",
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key="a-secret",
        config=Config(signature_version=request.param, s3={"addressing_style": "path"}),
    )
    admin = cloud.client("s3")
    admin.create_bucket(Bucket=BUCKET)
    admin.put_object(Bucket=BUCKET, Key="a b/ü+(1).mp4", Body=b"hello")
    yield client
    for item in admin.list_objects_v2(Bucket=BUCKET)["Contents"]:
        admin.delete_object(Bucket=BUCKET, Key=item["Key"])
    admin.delete_bucket(Bucket=BUCKET)


def fetch(url: str, method: str = "GET", data: bytes | None = None, **headers: str) -> tuple[int, bytes]:
    try:
        request = urllib.request.Request(url, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def signed(s3: Any, operation: str = "get_object", key: str = "a b/ü+(1).mp4", seconds: int = 60, **more: Any) -> str:
    found: str = s3.generate_presigned_url(operation, Params={"Bucket": BUCKET, "Key": key, **more}, ExpiresIn=seconds)
    return found


def test_a_presigned_get_is_served_also_by_range(s3: Any) -> None:
    assert fetch(signed(s3)) == (200, b"hello")
    assert fetch(signed(s3), Range="bytes=1-2") == (206, b"el")
    assert fetch(signed(s3, ResponseContentDisposition='attachment; filename="x y.mp4"')) == (200, b"hello")


def test_a_presigned_put_is_taken(s3: Any) -> None:
    url = signed(s3, "put_object", "new.mp4", ContentType="video/mp4")

    assert fetch(url, "PUT", b"new", **{"Content-Type": "video/mp4"})[0] == 200
    assert fetch(signed(s3, key="new.mp4")) == (200, b"new")
    assert fetch(url, "PUT", b"new", **{"Content-Type": "text/html"})[0] == 403


@pytest.mark.parametrize(
    "change",
    [
        lambda url: url.replace("/a%20b/", "/other/"),
        lambda url: url.replace("Signature=", "Signature=0"),
        lambda url: url + "&versionId=1",
        lambda url: url.replace(ACCESS_KEY, "AKIASOMEBODYELSE0000"),
    ],
    ids=["key", "signature", "parameter", "access key"],
)
def test_a_changed_url_is_refused(s3: Any, change: Callable[[str], str]) -> None:
    status, text = fetch(change(signed(s3)))

    assert status == 403
    assert b"<Code>" in text


def test_another_method_is_refused(s3: Any) -> None:
    assert fetch(signed(s3), "PUT", b"overwritten")[0] == 403
    assert fetch(signed(s3), "DELETE")[0] == 403


def test_an_expired_url_is_refused(s3: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    url = signed(s3, seconds=10)
    later = presigned.time.time() + 60
    monkeypatch.setattr(presigned.time, "time", lambda: later)

    status, text = fetch(url)

    assert status == 403
    assert b"Request has expired" in text


def test_a_longer_expiry_cannot_be_written_in(s3: Any) -> None:
    url = signed(s3, seconds=10)
    longer = (
        url.replace("X-Amz-Expires=10", "X-Amz-Expires=600")
        if "X-Amz-Expires" in url
        else url.replace("Expires=", "Expires=9")
    )

    assert fetch(longer)[0] == 403
