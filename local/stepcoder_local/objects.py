"""S3 object bodies over HTTP, straight between socket and disk; everything else about S3 is left to moto.

Uploads are written to a file first and moto then sees an empty body; downloads let moto decide status and headers and
then send the file. Also refuses what moto would let pass: unsigned writes, expired or tampered presigned URLs.
"""

from __future__ import annotations

import re
import uuid
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from botocore.credentials import Credentials

from . import aws_chunked, post_forms, presigned
from .http_server import Environ, FileSlice, StartResponse, WsgiApp
from .object_files import BLOCK, ObjectFiles, StoredBytes, exchange, install

_RANGE = re.compile(r"bytes=(\d*)-(\d*)$")
_NOT_BYTES = frozenset({"acl", "tagging", "legal-hold", "retention", "attributes", "torrent", "restore", "select"})
_SIGNING_HEADERS = ("HTTP_X_AMZ_TRAILER", "HTTP_X_AMZ_DECODED_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING")


class ObjectBytes:
    """WSGI middleware before moto. Non-S3 requests pass through. `strict`: only known access keys are let in."""

    def __init__(self, app: WsgiApp, root: Path, credentials: Credentials, *, strict: bool = False) -> None:
        self.app, self.credentials, self.strict = app, credentials, strict
        self.files: ObjectFiles = install(root)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if not _is_s3(environ):
            return self.app(environ, start_response)
        try:
            if post_forms.is_form(environ):
                return self._form(environ, start_response)
            self._authorise(environ)
            if (
                environ["PATH_INFO"].strip("/").count("/")
                and not _NOT_BYTES & parse_qs(environ["QUERY_STRING"], keep_blank_values=True).keys()
            ):
                return self._object(environ, start_response)
        except presigned.Refused as refused:
            return _error(start_response, "403 Forbidden", refused.code, str(refused))
        except (aws_chunked.MalformedChunks, BadDigest) as problem:
            return _error(start_response, "400 Bad Request", type(problem).__name__, str(problem))
        return self.app(environ, start_response)

    def _authorise(self, environ: Environ) -> None:
        if presigned.is_presigned(environ):
            presigned.check(environ, self.credentials)
        elif "HTTP_AUTHORIZATION" not in environ and environ["REQUEST_METHOD"] not in ("GET", "HEAD", "OPTIONS"):
            raise presigned.Refused("AccessDenied", "Access Denied")
        elif self.strict and "HTTP_AUTHORIZATION" in environ:
            _check_key(environ["HTTP_AUTHORIZATION"], self.credentials)

    def _object(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        method, query = environ["REQUEST_METHOD"], environ["QUERY_STRING"]
        if method == "PUT" and "HTTP_X_AMZ_COPY_SOURCE" in environ:
            return self._copy(environ, start_response)
        if method == "PUT":
            return self._upload(environ, start_response)
        if method == "GET" and "uploadId=" not in query and "partNumber=" not in query:
            return self._download(environ, start_response)
        return self.app(environ, start_response)

    def _upload(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        return self._keep(self._store_body(environ), environ, start_response)

    def _keep(self, stored: StoredBytes, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Let moto take the stored bytes under the key of a PUT."""
        exchange.incoming = stored
        try:
            return self.app(environ, start_response)
        finally:
            if exchange.incoming is not None:  # moto refused: no key took the file
                exchange.incoming = None
                stored.path.unlink(missing_ok=True)

    def _form(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """The same as a PUT of the form's file at the form's key, but for the answer."""
        form = post_forms.opened(environ, self.credentials)
        stored = self.files.write(form.blocks())
        try:
            form.check_length()
        except presigned.Refused:
            stored.path.unlink(missing_ok=True)
            raise
        return self._keep(
            stored, form.as_put(environ), lambda status, headers, exc=None: start_response(form.status(status), headers)
        )

    def _store_body(self, environ: Environ) -> StoredBytes:
        trailers: dict[str, str] = {}
        body = environ["wsgi.input"]
        blocks = aws_chunked.decode(body, trailers) if aws_chunked.is_chunked(environ) else _blocks(body)
        stored = self.files.write(blocks)
        try:
            _check_digest(environ, stored)
        except BadDigest:
            stored.path.unlink(missing_ok=True)
            raise
        _describe_as_empty(environ, trailers)
        return stored

    def _copy(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        environ.pop("HTTP_X_AMZ_CHECKSUM_ALGORITHM", None)  # moto would read the whole object to compute one
        exchange.handing_over = True
        try:
            return self.app(environ, start_response)
        finally:
            exchange.handing_over = False
            _take_outgoing(close=True)

    def _download(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        wanted, condition = environ.pop("HTTP_RANGE", ""), environ.pop("HTTP_IF_RANGE", "")
        answer: dict[str, Any] = {}
        exchange.handing_over = True
        try:
            chunks = self.app(environ, lambda status, headers, exc=None: answer.update(status=status, headers=headers))
        finally:
            exchange.handing_over = False
            file = _take_outgoing()
        headers = [pair for pair in answer["headers"] if pair[0].lower() != "content-length"]
        if file is None or not answer["status"].startswith("200"):
            if file is not None:
                file.close()
            start_response(answer["status"], answer["headers"])
            return chunks
        if condition and condition not in (dict(headers).get("ETag"), dict(headers).get("Last-Modified")):
            wanted = ""
        return _send_range(file, wanted, headers, start_response)


def _check_key(authorization: str, credentials: Credentials) -> None:
    """Refuse an access key that is neither ours nor moto's: its Step Functions interpreter has its own."""
    given = re.search(r"Credential=([^/]*)/", authorization)
    if given is None or given[1] not in (credentials.access_key, "ak"):
        raise presigned.Refused("InvalidAccessKeyId", "The access key does not exist in this service.")


class BadDigest(Exception):
    """The body is not what its Content-MD5 says."""


def _is_s3(environ: Environ) -> bool:
    authorization = environ.get("HTTP_AUTHORIZATION", "")
    if authorization:
        return "/s3/aws4_request" in authorization or authorization.startswith("AWS ")
    return "HTTP_X_AMZ_TARGET" not in environ


def _blocks(body: BinaryIO) -> Iterator[bytes]:
    while block := body.read(BLOCK):
        yield block


def _check_digest(environ: Environ, stored: StoredBytes) -> None:
    given = environ.get("HTTP_CONTENT_MD5")
    try:
        if given and b64decode(given).hex() != stored.md5:
            raise BadDigest("The Content-MD5 you specified did not match what we received.")
    except NotBase64:
        raise BadDigest("The Content-MD5 you specified is not valid.") from None


def _describe_as_empty(environ: Environ, trailers: dict[str, str]) -> None:
    """Leave moto a request with no body, and with the checksum that may have come after it."""
    for name in _SIGNING_HEADERS:
        environ.pop(name, None)
    encodings = [part.strip() for part in environ.pop("HTTP_CONTENT_ENCODING", "").split(",")]
    if kept := ",".join(part for part in encodings if part and part != "aws-chunked"):
        environ["HTTP_CONTENT_ENCODING"] = kept
    for name, value in trailers.items():
        environ["HTTP_" + name.upper().replace("-", "_")] = value
    algorithm = environ.get("HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM", "").upper()
    if algorithm and f"HTTP_X_AMZ_CHECKSUM_{algorithm}" not in environ:
        del environ["HTTP_X_AMZ_SDK_CHECKSUM_ALGORITHM"]
    environ["CONTENT_LENGTH"] = "0"
    if "HTTP_X_AMZ_CONTENT_SHA256" in environ:
        environ["HTTP_X_AMZ_CONTENT_SHA256"] = "UNSIGNED-PAYLOAD"


def _take_outgoing(close: bool = False) -> BinaryIO | None:
    file, exchange.outgoing = exchange.outgoing, None
    if close and file is not None:
        file.close()
    return file


def _send_range(
    file: BinaryIO, wanted: str, headers: list[tuple[str, str]], start_response: StartResponse
) -> Iterable[bytes]:
    size = file.seek(0, 2)
    chosen = byte_range(wanted, size)
    if chosen is None:
        file.close()
        extra = [("Content-Range", f"bytes */{size}")]
        return _error(start_response, "416 Range Not Satisfiable", "InvalidRange", "Range not satisfiable", extra)
    start, length, partial = chosen
    status = "200 OK"
    if partial:
        status = "206 Partial Content"
        headers = [pair for pair in headers if not pair[0].lower().startswith("x-amz-checksum-")]
        headers.append(("Content-Range", f"bytes {start}-{start + length - 1}/{size}"))
    start_response(status, [*headers, ("Content-Length", str(length))])
    return FileSlice(file, start, length)


def byte_range(wanted: str, size: int) -> tuple[int, int, bool] | None:
    """(start, length, whether partial) of a Range header; the whole for what S3 ignores; None if not satisfiable."""
    match = _RANGE.match(wanted)
    if not match or not (match[1] or match[2]):
        return 0, size, False
    if not match[1]:
        length = min(int(match[2]), size)
        return (size - length, length, True) if length else None
    start, stop = int(match[1]), min(int(match[2] or size - 1), size - 1)
    if start >= size:
        return None
    return (start, stop - start + 1, True) if stop >= start else (0, size, False)


def _error(
    start_response: StartResponse, status: str, code: str, message: str, extra: list[tuple[str, str]] | None = None
) -> list[bytes]:
    body = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{escape(code)}</Code>'
        f"<Message>{escape(message)}</Message><RequestId>{uuid.uuid4().hex}</RequestId></Error>"
    )
    start_response(status, [("Content-Type", "application/xml"), *(extra or [])])
    return [body.encode()]
