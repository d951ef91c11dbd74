"""Checks the signature and the expiry of presigned S3 URLs made with the embedded credentials (moto checks neither)."""

from __future__ import annotations

import hmac
import time
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote, urlsplit

from botocore.auth import HmacV1QueryAuth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from .http_server import Environ

LONGEST_SECONDS = 7 * 24 * 3600


class Refused(Exception):
    """The URL is not good: `code` is S3's error code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def is_presigned(environ: Environ) -> bool:
    """Whether the URL itself carries a signature, of either version."""
    query = environ.get("QUERY_STRING", "")
    return "X-Amz-Signature=" in query or ("Signature=" in query and "AWSAccessKeyId=" in query)


def check(environ: Environ, credentials: Credentials, now: float | None = None) -> None:
    """Raise Refused unless the URL was signed with `credentials` for this very request and has not expired."""
    now = time.time() if now is None else now
    query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    try:
        if any(name == "X-Amz-Signature" for name, _ in query):
            _check_v4(environ, dict(query), query, credentials, now)
        else:
            _check_v2(environ, dict(query), query, credentials, now)
    except (KeyError, ValueError):
        raise Refused("AuthorizationQueryParametersError", "The signature's parameters are incomplete.") from None


def _check_v4(
    environ: Environ, given: dict[str, str], query: list[tuple[str, str]], credentials: Credentials, now: float
) -> None:
    access_key, _, region, service, _ = given["X-Amz-Credential"].rsplit("/", 4)
    _same_key(access_key, credentials)
    signed_at = datetime.strptime(given["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp()
    seconds = int(given["X-Amz-Expires"])
    if not 0 < seconds <= LONGEST_SECONDS or signed_at > now + 900:
        raise Refused("AuthorizationQueryParametersError", "X-Amz-Expires must be from 1 second to a week.")
    if now > signed_at + seconds:
        raise Refused("AccessDenied", "Request has expired")
    names = [name for name in given["X-Amz-SignedHeaders"].split(";") if name != "host"]
    request = _request(environ, [pair for pair in query if pair[0] != "X-Amz-Signature"], names)
    request.context["timestamp"] = given["X-Amz-Date"]
    signer = S3SigV4QueryAuth(credentials, service, region, seconds)
    wanted = signer.signature(signer.string_to_sign(request, signer.canonical_request(request)), request)
    _same_signature(given["X-Amz-Signature"], wanted)


def _check_v2(
    environ: Environ, given: dict[str, str], query: list[tuple[str, str]], credentials: Credentials, now: float
) -> None:
    _same_key(given["AWSAccessKeyId"], credentials)
    if now > int(given["Expires"]):
        raise Refused("AccessDenied", "Request has expired")
    request = _request(environ, query, ["content-md5", "content-type"])
    for name, value in query:  # x-amz-* parameters stand for headers in this version
        if name.lower().startswith("x-amz-"):
            request.headers[name] = value
    signer = HmacV1QueryAuth(credentials)
    parts = [environ["REQUEST_METHOD"], request.headers.get("content-md5", ""), request.headers.get("content-type", "")]
    custom = signer.canonical_custom_headers(dict(request.headers.items()))
    resource = signer.canonical_resource(urlsplit(str(request.url)))
    text = "\n".join([*parts, given["Expires"], *([custom] if custom else []), resource])
    _same_signature(given["Signature"], signer.sign_string(text))


def _request(environ: Environ, query: list[tuple[str, str]], headers: list[str]) -> AWSRequest:
    path = urlsplit(environ["RAW_URI"]).path
    text = "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in query)
    request = AWSRequest(environ["REQUEST_METHOD"], f"http://{environ['HTTP_HOST']}{path}?{text}")
    for name in headers:
        key = name.upper().replace("-", "_")
        value = environ.get(key if key.startswith("CONTENT_T") else f"HTTP_{key}")
        if value is not None:
            request.headers[name] = value
    return request


def _same_key(access_key: str, credentials: Credentials) -> None:
    if access_key != credentials.access_key:
        raise Refused("InvalidAccessKeyId", "The access key does not exist in this service.")


def _same_signature(given: str, wanted: str) -> None:
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise Refused("SignatureDoesNotMatch", "The request signature does not match the one calculated.")
