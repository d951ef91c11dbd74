"""The only place that speaks to S3. It moves bytes; which bucket and key mean what is decided elsewhere.

Throttling, 5xx and broken connections are TryAgain. NoSuchKey, AccessDenied and the like stay botocore ClientErrors:
sources/ and destinations/ turn them into the customer's error classes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from stepcoder import runtime
from stepcoder.aws.faults import error_code, is_passing, passing_faults
from stepcoder.aws.multipart import MultipartUpload
from stepcoder.errors import TryAgain

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MIB = 1024 * 1024
_READ_SIZE = MIB
_MISSING = ("404", "NoSuchKey", "NotFound")
_FRUITLESS_READS = 5  # reconnections in a row that brought no byte

OnBytes = Callable[[int], None]


class StoredObject(NamedTuple):
    """`etag` is without quotes. `metadata` by names in small letters; `unshown` counts values that S3 can't show."""

    size: int
    etag: str
    metadata: Mapping[str, str]
    unshown: int = 0


class Objects:
    """Objects in S3, through this process's client or a given one (other region, other credentials, anonymous)."""

    def __init__(self, client: S3Client | None = None) -> None:
        self._given = client

    @property
    def _client(self) -> Any:
        return self._given or runtime.client("s3")

    def put(self, bucket: str, key: str, body: bytes | str, content_type: str | None = None) -> None:
        """Store a small body in one call."""
        data = body.encode() if isinstance(body, str) else body
        with passing_faults("an upload"):
            self._client.put_object(Bucket=bucket, Key=key, Body=data, **_typed(content_type))

    def put_json(self, bucket: str, key: str, value: Any) -> None:
        self.put(bucket, key, json.dumps(value, separators=(",", ":")), "application/json")

    def get(self, bucket: str, key: str) -> bytes:
        """The whole object. Only for what is known to be small."""
        return b"".join(self.stream(bucket, key))

    def get_json(self, bucket: str, key: str) -> Any:
        return json.loads(self.get(bucket, key))

    def get_small(self, bucket: str, key: str, most_bytes: int) -> bytes | None:
        """The whole object, None if there is none. Raises ValueError, to be said of the object, if it is larger."""
        found = b""
        try:
            for piece in self.stream(bucket, key):
                found += piece
                if len(found) > most_bytes:
                    raise ValueError(f"is larger than {most_bytes} bytes")
        except Exception as error:
            if error_code(error) in _MISSING:
                return None
            raise
        return found

    def head(self, bucket: str, key: str) -> tuple[int, str] | None:
        """Size in bytes and ETag (without quotes); None if there is no such object."""
        found = self.describe(bucket, key)
        return None if found is None else (found.size, found.etag)

    def describe(self, bucket: str, key: str) -> StoredObject | None:
        """Everything S3 says of an object without reading it; None if there is no such object."""
        try:
            with passing_faults("a look at an object"):
                answer = self._client.head_object(Bucket=bucket, Key=key)
        except Exception as error:
            if error_code(error) in _MISSING:
                return None
            raise
        metadata = {str(name).lower(): str(value) for name, value in answer.get("Metadata", {}).items()}
        etag = str(answer["ETag"]).strip('"')
        return StoredObject(int(answer["ContentLength"]), etag, metadata, int(answer.get("MissingMeta") or 0))

    def exists(self, bucket: str, key: str) -> bool:
        return self.head(bucket, key) is not None

    def stream(self, bucket: str, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        """The object's bytes from `start`, `length` of them (None: to the end), in pieces of at most 1 MiB.

        A dropped connection is resumed where it broke. If the object was replaced meanwhile, S3 answers 412
        (PreconditionFailed) and that ClientError is raised: two versions are never mixed.
        """
        if length == 0:
            return
        position, end, etag, fruitless = start, None if length is None else start + length, None, 0
        while True:
            try:
                answer = self._open(bucket, key, position, end, etag)
                etag = answer["ETag"]
                end = position + int(answer["ContentLength"]) if end is None else end
                for piece in _pieces(answer["Body"]):
                    position, fruitless = position + len(piece), 0
                    yield piece
                return
            except Exception as error:
                fruitless += 1
                if not is_passing(error):
                    raise
                if end is not None and position >= end:
                    return
                if fruitless > _FRUITLESS_READS:
                    raise TryAgain(f"The connection to S3 broke while reading {key}.") from error

    def _open(self, bucket: str, key: str, position: int, end: int | None, etag: str | None) -> Any:
        request: dict[str, Any] = {"Bucket": bucket, "Key": key}
        # No Range for a whole object: a range of an empty object would be refused (416).
        if position or end is not None:
            request["Range"] = f"bytes={position}-{'' if end is None else end - 1}"
        if etag is not None:
            request["IfMatch"] = etag
        return self._client.get_object(**request)

    def upload_file(
        self, path: Path | str, bucket: str, key: str, content_type: str | None = None, on_bytes: OnBytes | None = None
    ) -> int:
        """Store a local file; returns its size in bytes. Like upload_stream otherwise."""
        with Path(path).open("rb") as file:
            return self.upload_stream(bucket, key, iter(lambda: file.read(_READ_SIZE), b""), content_type, on_bytes)

    def upload_stream(
        self,
        bucket: str,
        key: str,
        body: Iterator[bytes],
        content_type: str | None = None,
        on_bytes: OnBytes | None = None,
        options: Mapping[str, Any] | None = None,
    ) -> int:
        """Store a stream of unknown length (up to S3's limit) with bounded memory; returns its size in bytes.

        `options` are further members of S3's PutObject and CreateMultipartUpload, such as CacheControl.

        `on_bytes(n)` hears of every n more bytes stored, in this thread; what it or `body` raises ends the upload.
        On any failure nothing is left behind.
        """
        given = {**_typed(content_type), **(options or {})}
        upload = MultipartUpload(self._client, {"Bucket": bucket, "Key": key}, given, on_bytes)
        with passing_faults("an upload"):
            return upload.run(body)

    def download_file(self, bucket: str, key: str, path: Path | str) -> int:
        """Write the object to a local file; returns its size in bytes. A failed download leaves no file."""
        target, size = Path(path), 0
        try:
            with target.open("wb") as file:
                for piece in self.stream(bucket, key):
                    size += file.write(piece)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return size

    def list(self, bucket: str, prefix: str) -> Iterator[str]:
        """The keys that begin with `prefix`, in order."""
        request: dict[str, Any] = {"Bucket": bucket, "Prefix": prefix}
        while True:
            with passing_faults("a listing"):
                answer = self._client.list_objects_v2(**request)
            yield from (entry["Key"] for entry in answer.get("Contents", []))
            if not answer.get("IsTruncated"):
                return
            request["ContinuationToken"] = answer["NextContinuationToken"]

    def delete(self, bucket: str, key: str) -> None:
        """Remove an object; one that is already gone is no error."""
        with passing_faults("a deletion"):
            self._client.delete_object(Bucket=bucket, Key=key)

    def delete_prefix(self, bucket: str, prefix: str) -> int:
        """Remove every object below a prefix; returns how many. Refuses the empty prefix: that is the whole bucket."""
        if not prefix:
            raise ValueError("delete_prefix needs a prefix")
        keys = [{"Key": key} for key in self.list(bucket, prefix)]
        for start in range(0, len(keys), 1000):
            with passing_faults("a deletion"):
                answer = self._client.delete_objects(
                    Bucket=bucket, Delete={"Objects": keys[start : start + 1000], "Quiet": True}
                )
            if answer.get("Errors"):
                raise TryAgain(f"Some objects below {prefix} could not be deleted: {answer['Errors'][0].get('Code')}.")
        return len(keys)

    def presign(self, bucket: str, key: str, seconds: int, operation: str = "get_object") -> str:
        """A URL that reads the object without credentials for that long, or asks for its head. No network."""
        url: str = self._client.generate_presigned_url(
            operation, Params={"Bucket": bucket, "Key": key}, ExpiresIn=seconds
        )
        return url

    def presign_form(self, bucket: str, key: str, seconds: int, most_bytes: int) -> tuple[str, dict[str, str]]:
        """Where to POST a form that stores one object at that key, and the fields to send before its file."""
        answer = self._client.generate_presigned_post(
            bucket, key, Conditions=[["content-length-range", 1, most_bytes]], ExpiresIn=seconds
        )
        return str(answer["url"]), dict(answer["fields"])


def _pieces(body: Any) -> Iterator[bytes]:
    try:
        while piece := body.read(_READ_SIZE):
            yield piece
    finally:
        # A reader that stops early must not leave half a response in the connection pool.
        body.close()


def _typed(content_type: str | None) -> dict[str, str]:
    return {"ContentType": content_type} if content_type else {}
