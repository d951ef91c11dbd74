"""A bucket in memory behind botocore's method names, which breaks when it is told to."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from io import BytesIO
from typing import Any

from botocore.exceptions import ClientError, EndpointConnectionError


def says(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Call")  # type: ignore[typeddict-item]


class Body:
    def __init__(self, data: bytes) -> None:
        self._file = BytesIO(data)
        self.read, self.close = self._file.read, self._file.close


class Bucket:
    """`before(call)` is asked before every call: what it raises, the call raises."""

    def __init__(self, before: Callable[[str], None] = lambda call: None) -> None:
        self.before = before
        self.objects: dict[str, bytes] = {}
        self.uploads: dict[str, dict[int, bytes]] = {}
        self._lock = threading.Lock()
        self._begun = 0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        operation = {call.__name__[1:]: call for call in CALLS}[name]

        def call(**arguments: Any) -> Any:
            with self._lock:
                self.before(name)
                return operation(self, **arguments)

        return call

    def upload(self, upload_id: str) -> dict[int, bytes]:
        if upload_id not in self.uploads:
            raise says("NoSuchUpload", 404)
        return self.uploads[upload_id]


def broken() -> EndpointConnectionError:
    """What a lost connection looks like."""
    return EndpointConnectionError(endpoint_url="https://s3.example")


def _tag(data: bytes) -> str:
    return f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'


def _put_object(self: Bucket, Key: str, Body: bytes, **_: Any) -> None:
    self.objects[Key] = bytes(Body)


def _head_object(self: Bucket, Key: str, **_: Any) -> Any:
    if Key not in self.objects:
        raise says("404", 404)
    return {"ContentLength": len(self.objects[Key]), "ETag": _tag(self.objects[Key])}


def _get_object(self: Bucket, Key: str, Range: str | None = None, **_: Any) -> Any:
    if Key not in self.objects:
        raise says("NoSuchKey", 404)
    data = self.objects[Key]
    first, last = Range.removeprefix("bytes=").split("-") if Range else ("0", "")
    wanted = data[int(first) : int(last) + 1 if last else None]
    return {"ETag": _tag(data), "ContentLength": len(wanted), "Body": Body(wanted)}


def _delete_object(self: Bucket, Key: str, **_: Any) -> None:
    self.objects.pop(Key, None)


def _create_multipart_upload(self: Bucket, **_: Any) -> Any:
    self._begun += 1
    self.uploads[str(self._begun)] = {}
    return {"UploadId": str(self._begun)}


def _upload_part(self: Bucket, UploadId: str, PartNumber: int, Body: bytes, **_: Any) -> Any:
    self.upload(UploadId)[PartNumber] = bytes(Body)
    return {"ETag": _tag(Body)}


def _list_parts(self: Bucket, UploadId: str, **_: Any) -> Any:
    parts = sorted(self.upload(UploadId).items())
    return {"Parts": [{"PartNumber": n, "Size": len(body), "ETag": _tag(body)} for n, body in parts]}


def _complete_multipart_upload(self: Bucket, Key: str, UploadId: str, MultipartUpload: Any, **_: Any) -> None:
    parts = self.upload(UploadId)
    self.objects[Key] = b"".join(parts[part["PartNumber"]] for part in MultipartUpload["Parts"])
    del self.uploads[UploadId]


def _abort_multipart_upload(self: Bucket, UploadId: str, **_: Any) -> None:
    self.upload(UploadId)
    del self.uploads[UploadId]


CALLS = (
    _put_object,
    _head_object,
    _get_object,
    _delete_object,
    _create_multipart_upload,
    _upload_part,
    _list_parts,
    _complete_multipart_upload,
    _abort_multipart_upload,
)
