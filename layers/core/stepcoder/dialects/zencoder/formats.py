"""How Zencoder documents become response bodies, one class per format. What the documents contain is elsewhere."""

from __future__ import annotations

import json


class Json:
    """The default format (zencoder-api 1.3)."""

    content_type = "application/json; charset=utf-8"

    def body(self, document: object) -> str:
        """Compact JSON, ASCII only, so that no client's idea of an encoding can break it."""
        return json.dumps(document, separators=(",", ":"))
