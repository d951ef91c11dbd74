"""The Zencoder dialect as the API sees it: paths, key places, headers, the error body. No rendering."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from stepcoder.dialects.wire import Format, Parameter
from stepcoder.dialects.zencoder.formats import Json, Jsonp, Xml
from stepcoder.dialects.zencoder.jsonp import callback_named
from stepcoder.dialects.zencoder.sanitising import sanitised


class Zencoder:
    """Zencoder v2 (zencoder-api 1.1–1.6)."""

    # Old clients still call the unversioned path and v1; both mean v2 here (1.1).
    prefixes: Sequence[str] = ("/api/v2", "/api/v1", "/api")
    formats: Collection[str] = ("json", "xml", "js")
    default_format = "json"
    media_types: Mapping[str, str] = {"application/json": "json", "application/xml": "xml", "text/xml": "xml"}
    format_parameter = "format"
    key_header = "zencoder-api-key"
    key_parameter = "api_key"
    rate_header = "X-Zencoder-Rate-Remaining"
    rate_exceeded = "403 Forbidden (Rate Limit Exceeded)"  # not JSON, whatever was asked for (1.6)
    headers: Mapping[str, str] = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
        # The vendor allows only its own header; browsers also need Content-Type to send JSON (1.4).
        "Access-Control-Allow-Headers": "Zencoder-Api-Key, Content-Type",
        "Access-Control-Max-Age": "300",
        # Without it a page of another site can't read them.
        "Access-Control-Expose-Headers": "X-Zencoder-Rate-Remaining, Retry-After, ETag",
        "Strict-Transport-Security": "max-age=31536000",
        # A JSONP answer begins with what the asker wrote: nothing may take it for another kind of file.
        "X-Content-Type-Options": "nosniff",
    }

    def format(self, name: str, reads: bool, parameter: Parameter) -> Format:
        """JSON, XML or JSONP (1.3). A script can only read, so JSONP for anything else is JSON."""
        if name == "xml":
            return Xml()
        return Jsonp(callback_named(parameter("callback"))) if name == "js" and reads else Json()

    def xml_hash(self, content: bytes) -> dict[str, Any]:
        """The hash in an <api-request> (1.3). Raises MalformedBody."""
        # The XML parser: few requests need it, and a cold start would pay for it.
        from stepcoder.dialects.zencoder.xml_reading import hash_of

        return hash_of(content)

    def errors(self, messages: Sequence[str]) -> object:
        """Sentences without codes or field pointers (1.6)."""
        return {"errors": list(messages)}

    def sanitised(self, document: object) -> object:
        """What a read-only key may see of it (1.2)."""
        return sanitised(document)
