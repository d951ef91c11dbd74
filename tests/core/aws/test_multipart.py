import threading

import pytest

from stepcoder.aws import multipart
from stepcoder.aws.multipart import FIRST_PART, MultipartUpload, part_size, sized_parts


class Store:
    """S3's multipart calls, remembering what was asked of it."""

    def __init__(self, failing_part: int | None = None) -> None:
        self.parts: dict[int, bytes] = {}
        self.failing_part = failing_part
        self.completed: list[int] | None = None
        self.aborted = self.created = False
        self.body: bytes | None = None
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()

    def put_object(self, Body, **_):
        self.body = Body

    def create_multipart_upload(self, **_):
        self.created = True
        return {"UploadId": "u"}

    def upload_part(self, PartNumber, Body, **_):
        with self._lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if PartNumber == self.failing_part:
                raise OSError("refused")
            self.parts[PartNumber] = Body
            return {"ETag": f"e{PartNumber}"}
        finally:
            with self._lock:
                self.at_once -= 1

    def complete_multipart_upload(self, MultipartUpload, **_):
        assert [part["ETag"] for part in MultipartUpload["Parts"]] == [
            f"e{part['PartNumber']}" for part in MultipartUpload["Parts"]
        ]
        self.completed = [part["PartNumber"] for part in MultipartUpload["Parts"]]
        self.body = b"".join(self.parts[number] for number in self.completed)

    def abort_multipart_upload(self, **_):
        self.aborted = True


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(multipart, "FIRST_PART", 10)


def upload(store: Store, body, on_bytes=None) -> int:
    return MultipartUpload(store, {"Bucket": "b", "Key": "k"}, {}, on_bytes).run(iter(body))


def test_ten_thousand_parts_hold_the_largest_object_s3_takes():
    sizes = [part_size(number) for number in range(1, 10_001)]
    assert sum(sizes) > 5 * 2**40
    assert sizes[0] == FIRST_PART == 8 * 2**20
    assert sizes == sorted(sizes)


def test_fifty_gigabytes_need_no_part_over_64_mebibytes():
    held = number = 0
    while held < 50 * 10**9:
        number += 1
        held += part_size(number)
    assert part_size(number) <= 64 * 2**20


def test_parts_are_cut_to_size_whatever_the_pieces(small_parts):
    body = bytes(range(256)) * 2
    for piece in (1, 3, 10, 33, 512):
        pieces = [body[start : start + piece] for start in range(0, len(body), piece)]
        parts = list(sized_parts(iter(pieces)))
        assert b"".join(parts) == body
        assert {len(part) for part in parts[:-1]} == {10}


def test_a_small_body_is_one_put(small_parts):
    store, counts = Store(), []
    assert upload(store, [b"abc", b"def"], counts.append) == 6
    assert (store.body, store.created, counts) == (b"abcdef", False, [6])


def test_an_empty_body_is_an_empty_object(small_parts):
    store = Store()
    assert upload(store, []) == 0
    assert store.body == b""


def test_a_long_body_is_complete_in_order_and_counted(small_parts):
    store, counts, body = Store(), [], bytes(range(256))
    assert upload(store, [body], counts.append) == 256
    assert store.body == body
    assert store.completed == list(range(1, 27))
    assert sum(counts) == 256
    assert store.most_at_once <= 4


def test_a_body_of_exactly_one_part_is_complete(small_parts):
    store = Store()
    assert upload(store, [b"0123456789"]) == 10
    assert store.body == b"0123456789"


def test_a_part_that_fails_aborts_the_upload(small_parts):
    store = Store(failing_part=3)
    with pytest.raises(OSError, match="refused"):
        upload(store, [bytes(100)])
    assert store.aborted
    assert store.completed is None


def test_a_source_that_breaks_off_aborts_the_upload(small_parts):
    def body():
        yield bytes(35)
        raise RuntimeError("source broke")

    store = Store()
    with pytest.raises(RuntimeError, match="source broke"):
        upload(store, body())
    assert store.aborted


def test_the_counter_can_stop_the_upload(small_parts):
    def stop(count: int) -> None:
        raise KeyboardInterrupt

    store = Store()
    with pytest.raises(KeyboardInterrupt):
        upload(store, [bytes(100)], stop)
    assert store.aborted
