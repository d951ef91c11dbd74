"""Uploads to S3 by an HTML form with a signed policy (POST Object): read as they come, checked, and made a plain PUT.

moto holds such a form in memory and checks nothing. What becomes of the bytes is objects.py.
"""

from __future__ import annotations

import base64
import hmac
import io
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from email.parser import HeaderParser
from typing import Any, BinaryIO
from urllib.parse import quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .http_server import Environ
from .presigned import Refused

_BLOCK = 1 << 20
_LONGEST_FIELDS = 1 << 16  # bytes of everything before the file
_UNCHECKED = {"x-amz-signature", "file", "policy"}  # S3 asks no condition for them


class Form:
    """A form on its way: `fields` are read, in small letters; `blocks` are the file's bytes."""

    def __init__(self, stream: BinaryIO, boundary: str) -> None:
        self._stream, self._delimiter = stream, b"\r\n--" + boundary.encode("latin-1")
        self._buffer = b"\r\n"
        self.size = 0  # of the file, as far as it was read
        self.fields: dict[str, str] = {}
        self._until(self._delimiter)
        while (name := self._head()) != "file":
            self.fields[name] = self._until(self._delimiter).decode("utf-8", "replace")

    def _head(self) -> str:
        header = self._until(b"\r\n\r\n").decode("utf-8", "replace").lstrip("\r\n")
        name = HeaderParser().parsestr(header).get_param("name", header="Content-Disposition")
        return str(name).lower()

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._buffer:
            block = self._stream.read(_BLOCK // 16)
            if not block or len(self._buffer) > _LONGEST_FIELDS:
                raise Refused("MalformedPOSTRequest", "The form has no file, or too much before it.")
            self._buffer += block
        found, _, self._buffer = self._buffer.partition(mark)
        return found

    def blocks(self) -> Iterator[bytes]:
        while self._delimiter not in self._buffer:
            whole = max(0, len(self._buffer) - len(self._delimiter))
            piece, self._buffer = self._buffer[:whole], self._buffer[whole:]
            if piece:
                self.size += len(piece)
                yield piece
            block = self._stream.read(_BLOCK)
            if not block:
                raise Refused("IncompleteBody", "The form ends before its file does.")
            self._buffer += block
        last = self._buffer.partition(self._delimiter)[0]
        self.size += len(last)
        if last:
            yield last

    def check_length(self) -> None:
        """Once the file is read. Raises Refused if the policy wants it larger or smaller."""
        for condition in _policy(self.fields)["conditions"]:
            if isinstance(condition, list) and condition[0] == "content-length-range":
                if self.size < int(condition[1]):
                    raise Refused("EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size.")
                if self.size > int(condition[2]):
                    raise Refused("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.")

    def as_put(self, environ: Environ) -> Environ:
        """The request that stores an object under the form's key, without its bytes."""
        path = f"/{environ['PATH_INFO'].strip('/')}/{self.fields['key']}"
        kept = {name: value for name, value in environ.items() if not name.startswith(("HTTP_X_AMZ", "CONTENT_"))}
        return {
            **kept,
            "REQUEST_METHOD": "PUT",
            "PATH_INFO": path,
            "RAW_URI": quote(path),
            "QUERY_STRING": "",
            "CONTENT_LENGTH": "0",
            "CONTENT_TYPE": self.fields.get("content-type", "binary/octet-stream"),
            "wsgi.input": io.BytesIO(),
        }

    def status(self, stored: str) -> str:
        """What a form is answered with where a PUT gets `stored`: 204, or what the form asks for."""
        asked = {"200": "200 OK", "201": "201 Created"}.get(self.fields.get("success_action_status", ""))
        return (asked or "204 No Content") if stored.startswith("200") else stored


def is_form(environ: Environ) -> bool:
    """Whether a request is a form posted to a bucket."""
    bucket_only = "/" not in environ["PATH_INFO"].strip("/")
    typed = str(environ.get("CONTENT_TYPE", "")).lower().startswith("multipart/form-data")
    return environ["REQUEST_METHOD"] == "POST" and bucket_only and typed


def opened(environ: Environ, credentials: Credentials) -> Form:
    """The form, its policy and signature found right. Raises Refused."""
    boundary = re.search(r'boundary="?([^";]+)', str(environ.get("CONTENT_TYPE", "")))
    if boundary is None:
        raise Refused("MalformedPOSTRequest", "The form names no boundary.")
    form = Form(environ["wsgi.input"], boundary[1])
    try:
        _check_signature(form.fields, credentials)
        _check_policy(form.fields, environ["PATH_INFO"].strip("/"))
    except (KeyError, ValueError, TypeError):
        raise Refused("AccessDenied", "The form's policy or its signature is incomplete.") from None
    return form


def _policy(fields: Mapping[str, str]) -> Any:
    return json.loads(base64.b64decode(fields["policy"]))


def _check_signature(fields: Mapping[str, str], credentials: Credentials) -> None:
    access_key, _, region, service, _ = fields["x-amz-credential"].rsplit("/", 4)
    if access_key != credentials.access_key:
        raise Refused("InvalidAccessKeyId", "The access key does not exist in this service.")
    request = AWSRequest("POST", "http://localhost/")
    request.context["timestamp"] = fields["x-amz-date"]
    wanted = SigV4Auth(credentials, service, region).signature(fields["policy"], request)
    if not hmac.compare_digest(wanted, fields["x-amz-signature"]):
        raise Refused("SignatureDoesNotMatch", "The form's signature does not match the one calculated.")


def _check_policy(fields: Mapping[str, str], bucket: str) -> None:
    policy = _policy(fields)
    if datetime.fromisoformat(policy["expiration"]) < datetime.now(UTC):
        raise Refused("AccessDenied", "Invalid according to Policy: Policy expired.")
    given, covered = {**fields, "bucket": bucket}, set(_UNCHECKED)
    for condition in policy["conditions"]:
        name, fits = _judged(condition, given)
        covered.add(name)
        if not fits:
            raise Refused("AccessDenied", f"Invalid according to Policy: Policy Condition failed: {condition}")
    if extra := fields.keys() - covered:
        raise Refused("AccessDenied", f"Invalid according to Policy: Extra input fields: {sorted(extra)[0]}")


def _judged(condition: Any, given: Mapping[str, str]) -> tuple[str, bool]:
    """The field that a condition is about, and whether it holds. The length of the file is judged when it is read."""
    if isinstance(condition, dict):
        ((name, value),) = condition.items()
        return name.lower(), given.get(name.lower()) == value
    operator, name, value = condition
    name = str(name).removeprefix("$").lower()
    if operator == "content-length-range":
        return "", True
    text = given.get(name, "")
    return name, text.startswith(value) if operator == "starts-with" else text == value
