"""Lambda entry point for /openapi.json and /docs. No decisions here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stepcoder.documentation import Documentation

_HERE = Path(__file__).parent
documentation = Documentation(_HERE / "openapi.json", {"/v1/": _HERE / "openapi_videosdk.json"})


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return documentation.answer(event)
