"""Lambda entry point for /openapi.json and /docs. No decisions here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from stepcoder.documentation import Documentation

documentation = Documentation(Path(__file__).with_name("openapi.json"))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return documentation.answer(event)
