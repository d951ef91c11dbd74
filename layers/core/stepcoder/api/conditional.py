"""ETags: an answer that the client already has is not sent again (RFC 9110, 13.1.2). Nothing is cached on this side."""

from __future__ import annotations

import hashlib
from typing import Any


def with_etag(response: dict[str, Any], if_none_match: str | None) -> dict[str, Any]:
    """A 200 with the ETag of its body, or a 304 without a body where `if_none_match` has that tag."""
    if response["statusCode"] != 200:
        return response
    tag = f'"{hashlib.sha256(response["body"].encode()).hexdigest()[:32]}"'
    headers = {**response["headers"], "ETag": tag}
    if not _matches(tag, if_none_match or ""):
        return {**response, "headers": headers}
    headers.pop("Content-Type", None)  # it would describe a body that isn't there
    return {**response, "statusCode": 304, "headers": headers, "body": ""}


def _matches(tag: str, header: str) -> bool:
    asked = [each.strip().removeprefix("W/") for each in header.split(",")]
    return tag in asked or "*" in asked
