"""What was said, read back from where it is kept, and written in the format a target asked for. Mails: mails.py."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stepcoder import runtime
from stepcoder.aws.faults import error_code
from stepcoder.aws.objects import Objects
from stepcoder.errors import StepcoderError


class NoLongerKept(StepcoderError):
    """The body was too large for the ledger, and the place it was put in keeps such for 15 days."""


def stored_body(content: Mapping[str, Any]) -> bytes:
    """The JSON an event was announced with; `content` is the ledger's. Raises NoLongerKept, TryAgain."""
    if "body" in content:
        return str(content["body"]).encode()
    try:
        return Objects().get(runtime.settings().work_bucket, content["body_key"])
    except Exception as error:
        # Without leave to list the bucket, S3 answers AccessDenied for what isn't there.
        if error_code(error) in ("NoSuchKey", "404", "AccessDenied"):
            raise NoLongerKept("The notification was too large to be kept for longer than 15 days.") from error
        raise


def in_format(name: str, body: bytes) -> bytes:
    """The stored JSON as it is, or the same tree as XML below `notification`: the same bytes each time."""
    if name != "xml":
        return body
    from stepcoder.dialects.zencoder.xml import rendered

    return rendered(json.loads(body), root="notification").encode()
