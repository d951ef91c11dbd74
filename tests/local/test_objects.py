from __future__ import annotations

import hashlib
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from stepcoder_local import object_files
from stepcoder_local.cloud import Cloud
from stepcoder_local.objects import byte_range

MB = 1 << 20
BUCKET = "bucket"


@pytest.fixture
def s3(cloud: Cloud) -> Iterator[Any]:
    client = cloud.client("s3")
    client.create_bucket(Bucket=BUCKET)
    yield client
    for item in client.list_objects_v2(Bucket=BUCKET).get("Contents", []):
        client.delete_object(Bucket=BUCKET, Key=item["Key"])
    for upload in client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", []):
        client.abort_multipart_upload(Bucket=BUCKET, Key=upload["Key"], UploadId=upload["UploadId"])
    client.delete_bucket(Bucket=BUCKET)
    assert files() == []


def md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def files() -> list[Path]:
    return list(object_files.DiskKey.files.root.iterdir())


def body(s3: Any, key: str, **more: Any) -> bytes:
    found: bytes = s3.get_object(Bucket=BUCKET, Key=key, **more)["Body"].read()
    return found


def code(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_an_object_comes_back_with_its_type_and_metadata(s3: Any) -> None:
    put = s3.put_object(Bucket=BUCKET, Key="a/b c+ü.mp4", Body=b"hello", ContentType="video/mp4", Metadata={"k": "v"})

    got = s3.get_object(Bucket=BUCKET, Key="a/b c+ü.mp4")

    assert got["Body"].read() == b"hello"
    assert (got["ContentType"], got["Metadata"], got["ContentLength"]) == ("video/mp4", {"k": "v"}, 5)
    assert put["ETag"] == got["ETag"] == f'"{md5(b"hello")}"'
    assert s3.head_object(Bucket=BUCKET, Key="a/b c+ü.mp4")["ContentLength"] == 5
    (listed,) = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    assert (listed["Size"], listed["ETag"]) == (5, put["ETag"])


def test_an_empty_object_is_one(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="empty", Body=b"")

    assert body(s3, "empty") == b""


@pytest.mark.parametrize(
    ("wanted", "expected", "place"),
    [
        ("bytes=0-0", b"0", "bytes 0-0/10"),
        ("bytes=3-5", b"345", "bytes 3-5/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=7-99", b"789", "bytes 7-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=-99", b"0123456789", "bytes 0-9/10"),
    ],
)
def test_ranges(s3: Any, wanted: str, expected: bytes, place: str) -> None:
    s3.put_object(Bucket=BUCKET, Key="ten", Body=b"0123456789")

    got = s3.get_object(Bucket=BUCKET, Key="ten", Range=wanted)

    assert got["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert (got["Body"].read(), got["ContentRange"]) == (expected, place)


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=-0"])
def test_a_range_outside_is_416(s3: Any, wanted: str) -> None:
    s3.put_object(Bucket=BUCKET, Key="ten", Body=b"0123456789")

    with pytest.raises(ClientError) as error:
        body(s3, "ten", Range=wanted)

    assert code(error) == "InvalidRange"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 416


@pytest.mark.parametrize("wanted", ["bytes=5-2", "bytes=0-1,4-5", "lines=1-2", "bytes=-", ""])
def test_what_s3_ignores_gives_the_whole(wanted: str) -> None:
    assert byte_range(wanted, 10) == (0, 10, False)


def test_multipart_uploads_are_joined_with_their_own_etag(s3: Any) -> None:
    parts = [b"a" * 5 * MB, b"b" * 5 * MB, b"end"]
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="big", ContentType="video/mp2t")["UploadId"]
    done = []
    for number in (2, 1, 3):
        answer = s3.upload_part(Bucket=BUCKET, Key="big", UploadId=upload, PartNumber=number, Body=parts[number - 1])
        done.append({"PartNumber": number, "ETag": answer["ETag"]})
    done.sort(key=lambda part: part["PartNumber"])

    s3.complete_multipart_upload(Bucket=BUCKET, Key="big", UploadId=upload, MultipartUpload={"Parts": done})

    md5s = b"".join(bytes.fromhex(md5(part)) for part in parts)
    head = s3.head_object(Bucket=BUCKET, Key="big")
    assert head["ETag"] == f'"{md5(md5s)}-3"'
    assert head["ContentType"] == "video/mp2t"
    assert body(s3, "big") == b"".join(parts)
    assert len(files()) == 1


def test_parts_that_are_too_small_or_wrong_are_refused(s3: Any) -> None:
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="small")["UploadId"]
    etags = [
        s3.upload_part(Bucket=BUCKET, Key="small", UploadId=upload, PartNumber=n, Body=b"x")["ETag"] for n in (1, 2)
    ]

    def complete(first: str) -> None:
        parts = [{"PartNumber": 1, "ETag": first}, {"PartNumber": 2, "ETag": etags[1]}]
        s3.complete_multipart_upload(Bucket=BUCKET, Key="small", UploadId=upload, MultipartUpload={"Parts": parts})

    for first, expected in ((etags[0], "EntityTooSmall"), ('"0"', "InvalidPart")):
        with pytest.raises(ClientError) as error:
            complete(first)
        assert code(error) == expected


def test_aborting_an_upload_removes_its_parts(s3: Any) -> None:
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="given-up")["UploadId"]
    s3.upload_part(Bucket=BUCKET, Key="given-up", UploadId=upload, PartNumber=1, Body=b"x")
    s3.upload_part(Bucket=BUCKET, Key="given-up", UploadId=upload, PartNumber=1, Body=b"y")
    assert len(files()) == 1

    s3.abort_multipart_upload(Bucket=BUCKET, Key="given-up", UploadId=upload)

    assert files() == []


def test_overwriting_and_deleting_leave_no_files(s3: Any) -> None:
    for text in (b"one", b"two"):
        s3.put_object(Bucket=BUCKET, Key="a", Body=text)
    assert len(files()) == 1
    assert body(s3, "a") == b"two"

    s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": "a"}]})

    assert files() == []


def test_a_refused_upload_leaves_no_file(s3: Any) -> None:
    with pytest.raises(ClientError):
        s3.put_object(Bucket="no-such-bucket", Key="a", Body=b"x")
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"first")
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"second", IfNoneMatch="*")

    assert code(error) == "PreconditionFailed"
    assert len(files()) == 1


def test_a_body_unlike_its_digest_is_refused(s3: Any) -> None:
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket=BUCKET, Key="a", Body=b"x", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")

    assert code(error) == "BadDigest"
    assert files() == []


def test_a_copy_has_bytes_of_its_own(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"hello", ContentType="video/mp4", Metadata={"k": "v"})

    s3.copy_object(Bucket=BUCKET, Key="b", CopySource={"Bucket": BUCKET, "Key": "a"})
    s3.delete_object(Bucket=BUCKET, Key="a")

    got = s3.get_object(Bucket=BUCKET, Key="b")
    assert (got["Body"].read(), got["ContentType"], got["Metadata"]) == (b"hello", "video/mp4", {"k": "v"})
    s3.copy_object(
        Bucket=BUCKET, Key="b", CopySource=f"{BUCKET}/b", MetadataDirective="REPLACE", ContentType="text/plain"
    )
    assert (body(s3, "b"), len(files())) == (b"hello", 1)


def test_parts_can_be_copied_from_a_range(s3: Any) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"0123456789")
    upload = s3.create_multipart_upload(Bucket=BUCKET, Key="b")["UploadId"]
    part = s3.upload_part_copy(
        Bucket=BUCKET, Key="b", UploadId=upload, PartNumber=1, CopySource=f"{BUCKET}/a", CopySourceRange="bytes=2-4"
    )["CopyPartResult"]
    s3.complete_multipart_upload(
        Bucket=BUCKET, Key="b", UploadId=upload, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )

    assert body(s3, "b") == b"234"


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA256"])
def test_checksummed_uploads_are_decoded(s3: Any, algorithm: str) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"hello", ChecksumAlgorithm=algorithm)

    assert body(s3, "a", ChecksumMode="ENABLED") == b"hello"
    assert s3.get_object(Bucket=BUCKET, Key="a", ChecksumMode="ENABLED")[f"Checksum{algorithm}"]
    assert "ContentEncoding" not in s3.head_object(Bucket=BUCKET, Key="a")


def test_an_sdks_managed_transfer_with_its_default_checksums_comes_through(
    cloud: Cloud, s3: Any, tmp_path: Path
) -> None:
    plain = boto3.client("s3", endpoint_url=cloud.endpoint, config=Config(s3={"addressing_style": "path"}))
    source, copy = tmp_path / "source", tmp_path / "copy"
    source.write_bytes(bytes(range(256)) * 4096 * 12)

    plain.upload_file(str(source), BUCKET, "big")
    plain.download_file(BUCKET, "big", str(copy))

    assert copy.read_bytes() == source.read_bytes()
    assert plain.head_object(Bucket=BUCKET, Key="big")["ETag"].endswith('-2"')


def test_conditions_and_overrides_are_motos(s3: Any) -> None:
    etag = s3.put_object(Bucket=BUCKET, Key="a", Body=b"hello")["ETag"]

    with pytest.raises(ClientError) as error:
        body(s3, "a", IfNoneMatch=etag)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 304
    assert s3.get_object(Bucket=BUCKET, Key="a", ResponseContentType="a/b")["ContentType"] == "a/b"
    with pytest.raises(ClientError) as missing:
        body(s3, "nothing")
    assert code(missing) == "NoSuchKey"


def open_url(url: str, **more: Any) -> tuple[int, bytes]:
    request = urllib.request.Request(url, **more)
    try:
        with urllib.request.urlopen(request, timeout=10) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_unsigned_requests_see_and_change_nothing(s3: Any, cloud: Cloud) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"hello")

    for method in ("GET", "PUT", "DELETE"):
        assert open_url(f"{cloud.endpoint}/{BUCKET}/a", method=method, data=None)[0] == 403
    assert open_url(f"{cloud.endpoint}/{BUCKET}/new", method="PUT", data=b"x")[0] == 403
    assert body(s3, "a") == b"hello"


def test_unknown_access_keys_are_refused_when_asked_for(s3: Any, cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"hello")
    other = boto3.client("s3", endpoint_url=cloud.endpoint, aws_access_key_id="AKIAOTHER", aws_secret_access_key="x")
    assert body(other, "a") == b"hello"
    monkeypatch.setattr(cloud._app, "strict", True)
    assert body(s3, "a") == b"hello"
    with pytest.raises(ClientError) as refused:
        body(other, "a")
    assert code(refused) == "InvalidAccessKeyId"


def test_web_pages_and_other_names_are_kept_out(s3: Any, cloud: Cloud) -> None:
    s3.put_object(Bucket=BUCKET, Key="a", Body=b"hello")
    url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": "a"})

    assert open_url(f"{cloud.endpoint}/{BUCKET}", headers={"Origin": "http://evil.example"})[0] == 403
    assert open_url(f"{cloud.endpoint}/{BUCKET}", headers={"Host": "evil.example"})[0] == 403
    assert open_url(f"{cloud.endpoint}/moto-api/reset", method="POST")[0] == 404
    assert open_url(url, headers={"Origin": "http://page.example"})[0] == 200
