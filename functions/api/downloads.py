"""Lambda entry point for /uploads/… and /encoded/…, where files are fetched. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder.files import serving


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    return serving.answer(event)
