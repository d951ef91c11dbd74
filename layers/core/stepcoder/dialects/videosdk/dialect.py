"""The VideoSDK dialect as the API sees it: paths, headers, the error body. How callers prove who they are is api/."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from stepcoder.dialects.videosdk.refusals import document
from stepcoder.dialects.wire import Format, Parameter
from stepcoder.dialects.zencoder.formats import Json
from stepcoder.errors import MalformedBody


class VideoSdk:
    """VideoSDK's encoder and file storage (videosdk-encoder-api 2)."""

    prefixes: Sequence[str] = ("/v1",)
    formats: Collection[str] = ()  # no suffixes: JSON is all there is
    default_format = "json"
    media_types: Mapping[str, str] = {"application/json": "json"}
    format_parameter = ""
    key_header = "authorization"
    key_parameter = ""
    rate_header = "X-RateLimit-Remaining"
    rate_exceeded = "The rate limit is exceeded: try again later."
    headers: Mapping[str, str] = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, POST, DELETE",
        "Access-Control-Allow-Headers": "Authorization, Content-Type",
        "Access-Control-Max-Age": "300",
        # Without it a page of another site can't read them.
        "Access-Control-Expose-Headers": "X-RateLimit-Remaining, Retry-After, ETag",
        "Strict-Transport-Security": "max-age=31536000",
        "X-Content-Type-Options": "nosniff",
    }

    def format(self, name: str, reads: bool, parameter: Parameter) -> Format:
        """JSON, whatever is asked for."""
        return Json()

    def xml_hash(self, content: bytes) -> dict[str, Any]:
        """Raises MalformedBody."""
        raise MalformedBody("The body of the request must be a JSON object.")

    def errors(self, messages: Sequence[str]) -> object:
        """Only for faults of ours: refusals are written with their own status."""
        return document(500, messages)

    def sanitised(self, document: object) -> object:
        """All of it: no token is for reading only."""
        return document
