import io

import pytest
from botocore.exceptions import ClientError
from urllib3.exceptions import ProtocolError

from stepcoder import runtime
from stepcoder.aws.objects import Objects
from stepcoder.errors import TryAgain

BUCKET = "work-bucket"


@pytest.fixture
def objects(cloud):
    return Objects()


def test_small_objects_and_json_are_put_and_read(objects):
    objects.put(BUCKET, "a/b", "text", "text/plain")
    assert objects.get(BUCKET, "a/b") == b"text"
    objects.put_json(BUCKET, "a/c", [{"task_id": "l0-00001-encode"}])
    assert objects.get_json(BUCKET, "a/c") == [{"task_id": "l0-00001-encode"}]
    assert runtime.client("s3").head_object(Bucket=BUCKET, Key="a/c")["ContentType"] == "application/json"


def test_head_tells_size_and_etag_or_nothing(objects):
    objects.put(BUCKET, "a", b"12345")
    size, etag = objects.head(BUCKET, "a")
    assert size == 5
    assert '"' not in etag
    assert objects.head(BUCKET, "b") is None
    assert (objects.exists(BUCKET, "a"), objects.exists(BUCKET, "b")) == (True, False)


def test_an_object_is_described_with_its_metadata(objects):
    runtime.client("s3").put_object(Bucket=BUCKET, Key="a", Body=b"12345", Metadata={"Stepcoder-Test": "true"})
    found = objects.describe(BUCKET, "a")
    assert (found.size, found.metadata, found.unshown) == (5, {"stepcoder-test": "true"}, 0)
    assert objects.describe(BUCKET, "b") is None


def test_only_small_objects_are_read_whole(objects):
    objects.put(BUCKET, "a", b"12345")
    objects.put(BUCKET, "empty", b"")
    assert objects.get_small(BUCKET, "a", 5) == b"12345"
    assert objects.get_small(BUCKET, "empty", 5) == b""
    assert objects.get_small(BUCKET, "nowhere", 5) is None
    with pytest.raises(ValueError, match="is larger than 4 bytes"):
        objects.get_small(BUCKET, "a", 4)


def test_a_missing_object_stays_s3s_own_error(objects):
    with pytest.raises(ClientError, match="NoSuchKey"):
        objects.get(BUCKET, "nowhere")


def test_a_stretch_of_an_object_is_streamed(objects):
    objects.put(BUCKET, "a", bytes(range(100)))
    assert b"".join(objects.stream(BUCKET, "a", 10, 5)) == bytes(range(10, 15))
    assert b"".join(objects.stream(BUCKET, "a", 90)) == bytes(range(90, 100))
    assert b"".join(objects.stream(BUCKET, "a", 10, 0)) == b""


def test_an_empty_object_streams_nothing(objects):
    objects.put(BUCKET, "empty", b"")
    assert objects.get(BUCKET, "empty") == b""


def test_a_stream_larger_than_a_part_is_stored_whole(objects):
    piece, counts = bytes(range(256)) * 4096, []
    assert objects.upload_stream(BUCKET, "big", iter([piece] * 18), "video/mp4", counts.append) == 18 * len(piece)
    assert objects.head(BUCKET, "big")[0] == sum(counts) == 18 * len(piece)
    assert b"".join(objects.stream(BUCKET, "big", 17 * len(piece))) == piece
    assert runtime.client("s3").head_object(Bucket=BUCKET, Key="big")["ContentType"] == "video/mp4"


def test_a_failed_stream_leaves_neither_object_nor_parts(objects):
    def body():
        yield bytes(9 * 2**20)
        raise RuntimeError("source broke")

    with pytest.raises(RuntimeError):
        objects.upload_stream(BUCKET, "big", body())
    assert not objects.exists(BUCKET, "big")
    assert "Uploads" not in runtime.client("s3").list_multipart_uploads(Bucket=BUCKET)


def test_files_go_up_and_come_down(objects, tmp_path):
    (tmp_path / "in").write_bytes(b"film")
    assert objects.upload_file(tmp_path / "in", BUCKET, "a") == 4
    assert objects.download_file(BUCKET, "a", tmp_path / "out") == 4
    assert (tmp_path / "out").read_bytes() == b"film"
    with pytest.raises(ClientError):
        objects.download_file(BUCKET, "nowhere", tmp_path / "none")
    assert not (tmp_path / "none").exists()


def test_listing_and_deleting_by_prefix_spare_the_neighbours(objects):
    for key in ("jobs/1/a", "jobs/1/b", "jobs/10/a"):
        objects.put(BUCKET, key, b"")
    assert list(objects.list(BUCKET, "jobs/1/")) == ["jobs/1/a", "jobs/1/b"]
    assert objects.delete_prefix(BUCKET, "jobs/1/") == 2
    assert list(objects.list(BUCKET, "")) == ["jobs/10/a"]
    objects.delete(BUCKET, "jobs/10/a")
    objects.delete(BUCKET, "jobs/10/a")
    assert list(objects.list(BUCKET, "")) == []


def test_more_than_a_page_is_listed_and_deleted(objects):
    for number in range(1005):
        objects.put(BUCKET, f"many/{number:04d}", b"")
    assert len(list(objects.list(BUCKET, "many/"))) == 1005
    assert objects.delete_prefix(BUCKET, "many/") == 1005
    assert list(objects.list(BUCKET, "many/")) == []


def test_the_empty_prefix_is_refused(objects):
    with pytest.raises(ValueError, match="prefix"):
        objects.delete_prefix(BUCKET, "")


def test_a_presigned_url_is_signed_with_version_4(objects):
    assert "X-Amz-Signature=" in objects.presign(BUCKET, "a b", 60)


class Breaking:
    """S3 whose connections break after `every` bytes; after `good` broken ones it stays down."""

    def __init__(self, data: bytes, every: int, good: int = 10**6, etags: tuple[str, ...] = ("e",)) -> None:
        self.data, self.every, self.good, self.etags = data, every, good, etags
        self.requests: list[dict] = []

    def get_object(self, **request):
        self.requests.append(request)
        etag = self.etags[min(len(self.requests), len(self.etags)) - 1]
        if request.get("IfMatch", etag) != etag:
            response = {"Error": {"Code": "PreconditionFailed"}, "ResponseMetadata": {"HTTPStatusCode": 412}}
            raise ClientError(response, "GetObject")
        start, end = 0, len(self.data)
        if "Range" in request:
            first, _, last = request["Range"].removeprefix("bytes=").partition("-")
            start, end = int(first), int(last) + 1 if last else end
        every = self.every if len(self.requests) <= self.good else 0
        return {"ETag": etag, "ContentLength": end - start, "Body": _Body(self.data[start:end], every)}


class _Body(io.BytesIO):
    def __init__(self, data: bytes, every: int) -> None:
        super().__init__(data)
        self.left = every

    def read(self, size=-1):
        if self.left <= 0 and self.tell() < len(self.getbuffer()):
            raise ProtocolError("connection broken")
        piece = super().read(min(size, self.left))
        self.left -= len(piece)
        return piece


def test_a_dropped_connection_is_resumed_where_it_broke():
    data = bytes(range(256))
    client = Breaking(data, every=100)
    assert b"".join(Objects(client).stream("b", "k")) == data
    assert [request.get("Range") for request in client.requests] == [None, "bytes=100-255", "bytes=200-255"]
    assert b"".join(Objects(Breaking(data, every=30)).stream("b", "k", 50, 90)) == data[50:140]


def test_a_connection_that_brings_nothing_any_more_is_try_again():
    with pytest.raises(TryAgain):
        b"".join(Objects(Breaking(bytes(256), every=100, good=1)).stream("b", "k"))


def test_two_versions_are_never_mixed():
    with pytest.raises(ClientError, match="PreconditionFailed"):
        b"".join(Objects(Breaking(bytes(256), every=100, etags=("old", "new"))).stream("b", "k"))
