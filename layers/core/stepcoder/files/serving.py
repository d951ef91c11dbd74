"""Handing out files of our own buckets without a login, for players (videosdk-encoder-api 7). Who stands before S3
with a CDN never comes here.

A playlist is answered as it is, so that the names in it stay relative to this address; everything else is a redirect to
a link that S3 answers for an hour. Links are made anew for each call: none of a long film dies while it is watched.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stepcoder import runtime
from stepcoder.api.conditional import with_etag
from stepcoder.aws.faults import error_code
from stepcoder.aws.objects import Objects
from stepcoder.errors import TryAgain
from stepcoder.files.places import UPLOADS, is_public

LINK_SECONDS = 3600
_PLAYLIST = "application/vnd.apple.mpegurl"
_HEADERS = {
    # Players in browsers stand on other sites.
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Range",
    "X-Content-Type-Options": "nosniff",
}


def answer(event: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one HTTP API event (payload format 2.0) for a file's address."""
    method, key = event["requestContext"]["http"]["method"].upper(), event["rawPath"].strip("/")
    if method == "OPTIONS":
        return _answered(204)
    if method not in ("GET", "HEAD"):
        return _refused(405, "This address does not take that method, only: GET, HEAD.", Allow="GET, HEAD")
    if not is_public(key):
        return _refused(404, "There is nothing at this address.")
    try:
        return _playlist(event, key, method) if key.endswith(".m3u8") else _redirect(key, method)
    except TryAgain:
        runtime.logger().warning("a file could not be handed out", key=key, exc_info=True)
        return _refused(503, "The service is busy. Please try again in a few seconds.", **{"Retry-After": "5"})


def _playlist(event: Mapping[str, Any], key: str, method: str) -> dict[str, Any]:
    try:
        text = Objects().get(_bucket(key), key).decode()
    except Exception as error:
        # Without leave to list the bucket, S3 answers AccessDenied for what isn't there.
        if error_code(error) in ("NoSuchKey", "404", "AccessDenied"):
            return _refused(404, "There is nothing at this address.")
        raise
    known = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    typed = {"Content-Type": _PLAYLIST, "Cache-Control": "public, max-age=60"}
    found = with_etag(_answered(200, text, **typed), known.get("if-none-match"))
    return {**found, "body": ""} if method == "HEAD" else found


def _redirect(key: str, method: str) -> dict[str, Any]:
    link = Objects().presign(_bucket(key), key, LINK_SECONDS, "head_object" if method == "HEAD" else "get_object")
    # Kept for far less than the link lives.
    return _answered(302, Location=link, **{"Cache-Control": "private, max-age=300"})


def _bucket(key: str) -> str:
    settings = runtime.settings()
    return settings.upload_bucket if key.startswith(UPLOADS) else settings.output_bucket


def _refused(status: int, sentence: str, **headers: str) -> dict[str, Any]:
    body = json.dumps({"message": sentence, "statusCode": status})
    return _answered(status, body, **{"Content-Type": "application/json; charset=utf-8"}, **headers)


def _answered(status: int, body: str = "", **headers: str) -> dict[str, Any]:
    return {"statusCode": status, "headers": {**_HEADERS, **headers}, "body": body, "isBase64Encoded": False}
