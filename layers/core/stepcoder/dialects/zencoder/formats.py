"""How Zencoder documents become response bodies, one class per format. What the documents contain is elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass


class Json:
    """The default format (zencoder-api 1.3)."""

    content_type = "application/json; charset=utf-8"

    def body(self, document: object, root: str | None = None) -> str:
        """Compact JSON, ASCII only, so that no client's idea of an encoding can break it. It has no root."""
        return json.dumps(document, separators=(",", ":"))


class Xml:
    """As Rails wrote it (zencoder-api 1.3)."""

    content_type = "application/xml; charset=utf-8"

    def body(self, document: object, root: str | None = None) -> str:
        """XML under <api-response>, and there under `root` where one is given."""
        # Few clients want it, and a cold start would pay for its patterns.
        from stepcoder.dialects.zencoder.xml import rendered

        return rendered(document if root is None else {root: document})


@dataclass(frozen=True)
class Jsonp:
    """JSON as a call of the asker's function, for pages of other sites (zencoder-api 1.3)."""

    callback: str
    content_type = "application/javascript; charset=utf-8"

    def body(self, document: object, root: str | None = None) -> str:
        """One call. ASCII only, which takes care of U+2028 and U+2029; no `<`, which might end a script element."""
        return f"{self.callback}({Json().body(document)})".replace("<", "\\u003c")
