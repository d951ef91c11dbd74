"""The Zencoder dialect as the API sees it: paths, key places, headers, the error body. No rendering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from stepcoder.dialects.wire import Format
from stepcoder.dialects.zencoder.formats import Json
from stepcoder.dialects.zencoder.sanitising import sanitised


class Zencoder:
    """Zencoder v2 (zencoder-api 1.1–1.6). XML and JSONP become two more entries of `formats`."""

    # Old clients still call the unversioned path and v1; both mean v2 here (1.1).
    prefixes: Sequence[str] = ("/api/v2", "/api/v1", "/api")
    formats: Mapping[str, Format] = {"": Json(), "json": Json()}
    key_header = "zencoder-api-key"
    key_parameter = "api_key"
    headers: Mapping[str, str] = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": "GET, POST, PUT, DELETE",
        # The vendor allows only its own header; browsers also need Content-Type to send JSON (1.4).
        "Access-Control-Allow-Headers": "Zencoder-Api-Key, Content-Type",
        "Access-Control-Max-Age": "300",
    }

    def errors(self, messages: Sequence[str]) -> object:
        """Sentences without codes or field pointers (1.6)."""
        return {"errors": list(messages)}

    def sanitised(self, document: object) -> object:
        """What a read-only key may see of it (1.2)."""
        return sanitised(document)
