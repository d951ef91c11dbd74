from __future__ import annotations

import pytest

from stepcoder.aws.objects import Objects
from stepcoder.aws.parts import PartedUpload, UploadGone
from stepcoder.errors import TryAgain
from tests.cloud import Cloud, cloud

__all__ = ["cloud"]

PART = 5 * 1024 * 1024


def test_parts_come_in_any_order_and_by_any_hand(cloud: Cloud) -> None:
    first = PartedUpload.begin("work-bucket", "jobs/1/source")
    assert first.stored() == {}
    first.put(3, b"end")
    with pytest.raises(TryAgain, match="1 of 3 parts"):
        first.complete(3)
    again = PartedUpload("work-bucket", "jobs/1/source", first.upload_id)
    again.put(1, b"a" * PART)
    again.put(2, b"x" * PART)
    again.put(2, b"b" * PART)
    assert {number: part.size for number, part in first.stored().items()} == {1: PART, 2: PART, 3: 3}
    first.complete(3)
    assert Objects().get("work-bucket", "jobs/1/source") == b"a" * PART + b"b" * PART + b"end"


def test_what_is_gone_is_gone(cloud: Cloud) -> None:
    upload = PartedUpload.begin("work-bucket", "jobs/1/source")
    upload.put(1, b"x")
    upload.abort()
    for use in (upload.stored, lambda: upload.complete(1)):
        with pytest.raises(UploadGone):
            use()
    upload.abort()


def test_thousands_of_parts_are_all_listed() -> None:
    class Listing:
        def list_parts(self, PartNumberMarker: int, **_: object) -> dict[str, object]:
            numbers = range(PartNumberMarker + 1, min(PartNumberMarker + 1001, 2501))
            return {
                "Parts": [{"PartNumber": number, "Size": 7, "ETag": "x"} for number in numbers],
                "IsTruncated": numbers[-1] < 2500,
                "NextPartNumberMarker": numbers[-1],
            }

    upload = PartedUpload("bucket", "key", "id", Listing())  # type: ignore[arg-type]
    assert list(upload.stored()) == list(range(1, 2501))
