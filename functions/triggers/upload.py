"""Lambda entry point of the rule "a file was put into the upload bucket": makes jobs of files. No decisions here."""

from __future__ import annotations

from typing import Any

from stepcoder.jobs.dropping import take_in
from stepcoder.uploads.events import uploads_in


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:
    """`event` is EventBridge's "Object Created", or a notification of S3 itself."""
    return take_in(uploads_in(event))
