"""One upload to S3 whose parts come in any order, from several threads, and over several runs. Streams: multipart.py.

S3 itself remembers which parts it has, so that a run that died leaves nothing to be reconciled but the upload's id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from stepcoder import runtime
from stepcoder.aws.faults import error_code, passing_faults
from stepcoder.errors import StepcoderError, TryAgain

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class UploadGone(StepcoderError):
    """The upload was completed or aborted, by whoever."""


class StoredPart(NamedTuple):
    size: int  # bytes
    etag: str


class PartedUpload:
    """All methods raise TryAgain for passing faults, and UploadGone."""

    def __init__(self, bucket: str, key: str, upload_id: str, client: S3Client | None = None) -> None:
        self.upload_id = upload_id
        self._target = {"Bucket": bucket, "Key": key, "UploadId": upload_id}
        self._given = client

    @classmethod
    def begin(cls, bucket: str, key: str, client: S3Client | None = None) -> PartedUpload:
        with passing_faults("an upload"):
            answer = (client or runtime.client("s3")).create_multipart_upload(Bucket=bucket, Key=key)
        return cls(bucket, key, answer["UploadId"], client)

    def put(self, number: int, body: bytes) -> None:
        """Store part `number` (1 to 10,000); all but the last have at least 5 MiB. Storing one again replaces it."""
        self._call("upload_part", PartNumber=number, Body=body)

    def stored(self) -> Mapping[int, StoredPart]:
        """The parts that S3 has, by number."""
        found: dict[int, StoredPart] = {}
        marker = 0
        while True:
            answer = self._call("list_parts", PartNumberMarker=marker)
            for part in answer.get("Parts", []):
                found[int(part["PartNumber"])] = StoredPart(int(part["Size"]), str(part["ETag"]))
            if not answer.get("IsTruncated"):
                return found
            marker = int(answer["NextPartNumberMarker"])

    def complete(self, count: int) -> None:
        """Make an object of parts 1 to `count`. Raises TryAgain if one is missing."""
        stored = self.stored()
        if sorted(stored) != list(range(1, count + 1)):
            raise TryAgain(f"S3 has {len(stored)} of {count} parts.")
        parts = [{"PartNumber": number, "ETag": stored[number].etag} for number in sorted(stored)]
        self._call("complete_multipart_upload", MultipartUpload={"Parts": parts})

    def abort(self) -> None:
        """Forget the parts; an upload that is gone is no error."""
        try:
            self._call("abort_multipart_upload")
        except UploadGone:
            return

    def _call(self, operation: str, **arguments: Any) -> Any:
        client: Any = self._given or runtime.client("s3")
        try:
            with passing_faults("an upload"):
                return getattr(client, operation)(**self._target, **arguments)
        except Exception as error:
            if error_code(error) == "NoSuchUpload":
                raise UploadGone("The upload is no longer there.") from error
            raise
